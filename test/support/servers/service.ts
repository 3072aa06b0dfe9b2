import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type ServiceName = 'ingest' | 'program' | 'notification';

const main = (name: ServiceName): string =>
  fileURLToPath(new URL(`../../../apps/${name}/dist/main.js`, import.meta.url));

export interface ServicePlan {
  readonly name: ServiceName;
  /** Of this instance alone. */
  readonly dataDir: string;
  /** Shared by all: whoever has them can read tokens and notes. */
  readonly keys: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One instance of one service in a process of its own. */
export class Service {
  private constructor(
    readonly name: ServiceName,
    readonly address: string,
    private readonly child: ChildProcess,
    private readonly output: string[],
  ) {}

  static async start({ name, dataDir, keys, env }: ServicePlan, timeoutMs = 90_000): Promise<Service> {
    mkdirSync(dataDir, { recursive: true });
    symlinkSync(keys, join(dataDir, 'keys'));
    const child = spawn(process.execPath, [main(name)], {
      env: { ...process.env, NODE_OPTIONS: '', ...env, COXA_PORT: '0', COXA_DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}:\n${output.join('')}`);
      const address = await readyAddress(dataDir);
      if (address) return new Service(name, address, child, output);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const faults = await faultsOf(dataDir);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    throw new Error(`${name} was not ready in ${timeoutMs} ms: ${faults}\n${output.join('')}`);
  }

  get pid(): number {
    return this.child.pid!;
  }

  log(): string {
    return this.output.join('');
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it, in order or at once; answers its exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill(signal);
      await ended;
    }
    return this.child.exitCode;
  }
}

async function askReady(dataDir: string): Promise<{ address: string; answer: Response }> {
  const { address } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { address: string };
  const answer = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(2_000) });
  return { address, answer };
}

async function readyAddress(dataDir: string): Promise<string | undefined> {
  try {
    const { address, answer } = await askReady(dataDir);
    return answer.status === 200 ? address : undefined;
  } catch {
    return undefined;
  }
}

async function faultsOf(dataDir: string): Promise<string> {
  try {
    return await (await askReady(dataDir)).answer.text();
  } catch (error) {
    return `it did not say why: ${String(error)}`;
  }
}
