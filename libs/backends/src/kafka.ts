import { openKafka } from '@coxa/adapter-kafka';
import type { Config } from '@coxa/platform';
import { Logger } from '@nestjs/common';
import type { Opened } from './opened.js';

/** The message log on Kafka. */
export async function openKafkaParts({ kafka }: Config): Promise<Opened> {
  const logger = new Logger('kafka');
  const log = await openKafka({
    ...kafka,
    onLog: (level, text) => (level === 'error' ? logger.error(text) : logger.warn(text)),
  });
  return { parts: { log }, checks: { kafka: () => log.answers() }, close: () => log.close() };
}
