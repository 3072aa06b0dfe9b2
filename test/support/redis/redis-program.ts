import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.js';
import { tempFolder } from '../temp-folder.js';

/** A real redis-server of our own, on a free port with a folder of its own; it can be killed, stopped for a while, and started again. */
export class RedisProgram {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: Awaited<ReturnType<typeof tempFolder>>,
    private readonly settings: readonly string[],
  ) {}

  static async start(...settings: string[]): Promise<RedisProgram> {
    const server = new RedisProgram(await freePort(), await tempFolder('coxa-redis-'), settings);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it (again) on the same port and folder; resolves when it answers. */
  async start(): Promise<void> {
    const child = spawn(
      'redis-server',
      ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder.path, ...this.settings],
      { stdio: 'ignore' },
    );
    this.process = child;
    const client = new Redis({ port: this.port, retryStrategy: () => 25, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    try {
      const ended = once(child, 'exit').then(() => {
        throw new Error('redis-server has ended');
      });
      ended.catch(() => undefined);
      // Any answer will do, a refusal too.
      await Promise.race([client.ping().catch(() => 'refused'), ended]);
    } finally {
      client.disconnect();
    }
  }

  /** Sends a command as an administrator would. */
  async command(name: string, ...parameters: string[]): Promise<unknown> {
    const client = new Redis(this.url);
    try {
      return await client.call(name, ...parameters);
    } finally {
      client.disconnect();
    }
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.process?.kill(name);
  }

  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async remove(): Promise<void> {
    await this.kill();
    await this.folder.remove();
  }
}
