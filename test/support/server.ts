import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueToken, type TokenRequest } from '@coxa/platform';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'apps', 'all-in-one', 'dist', 'main.js');

export interface StartOptions {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How long the server may take until it is ready (default 60 s). */
  readonly timeoutMs?: number;
}

/** The real product in a process of its own, on a free port. */
export class Server {
  private constructor(
    readonly process: ChildProcess,
    readonly address: string,
    readonly dataDir: string,
    private readonly output: string[],
  ) {}

  static async start({ dataDir, env = {}, timeoutMs = 60_000 }: StartOptions): Promise<Server> {
    const child = spawn(process.execPath, [main], {
      cwd: root,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        COXA_PORT: '0',
        COXA_DATA_DIR: dataDir,
        ...(process.env['COXA_RUNTIME'] ? { COXA_PREFIX: prefixOf(dataDir) } : {}),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}:\n${output.join('')}`);
      if (Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`the server was not ready in ${timeoutMs} ms:\n${output.join('')}`);
      }
      const address = await readyAddress(dataDir, child.pid);
      if (address) return new Server(child, address, dataDir, output);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  log(): string {
    return this.output.join('');
  }

  token(request: TokenRequest): Promise<string> {
    return issueToken(this.dataDir, request);
  }

  async kill(): Promise<void> {
    const ended = this.ended();
    this.process.kill('SIGKILL');
    await ended;
  }

  /** Asks the server to stop; answers its exit code. */
  async stop(): Promise<number | null> {
    const ended = this.ended();
    this.process.kill('SIGTERM');
    await ended;
    return this.process.exitCode;
  }

  private async ended(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
  }
}

/** On servers that several tests share, each folder is an installation of its own. */
const prefixOf = (dataDir: string): string =>
  `t-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;

async function readyAddress(dataDir: string, pid: number | undefined): Promise<string | undefined> {
  try {
    const server = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as {
      address: string;
      pid: number;
    };
    if (server.pid !== pid) return undefined;
    const response = await fetch(`${server.address}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    return response.status === 200 ? server.address : undefined;
  } catch {
    return undefined;
  }
}
