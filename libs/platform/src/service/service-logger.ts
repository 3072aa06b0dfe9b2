import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** Nest's logger for a service: JSON lines unless a person watches, and all of it on stderr, because stdout belongs to what a command answers. */
export class ServiceLogger extends ConsoleLogger {
  constructor() {
    super({ json: !process.stderr.isTTY, logLevels: ['warn', 'error', 'fatal'] });
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    _stream?: 'stdout' | 'stderr',
    errorStack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    super.printMessages(messages, context, logLevel, 'stderr', errorStack, params);
  }
}
