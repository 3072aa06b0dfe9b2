import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueToken, type TokenRequest } from '@coxa/platform';

const main = fileURLToPath(new URL('../../../apps/all-in-one/dist/main.js', import.meta.url));

/** The product in a process of its own, pinned to the first core where `taskset` is there. */
export class BenchServer {
  // Idle connections end here before the server ends them: one that it is just closing cannot be told from one that failed.
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512, timeout: 30_000 });

  private constructor(
    private readonly child: ChildProcess,
    readonly address: URL,
    readonly dataDir: string,
  ) {}

  static async start(
    env: Record<string, string> = {},
    nodeArgs: readonly string[] = [],
  ): Promise<BenchServer> {
    const dataDir = mkdtempSync(join(tmpdir(), 'coxa-bench-'));
    const command = [process.execPath, ...nodeArgs, main];
    const child = spawn('taskset', ['-c', '0', ...command], {
      env: { ...process.env, ...env, COXA_PORT: '0', COXA_DATA_DIR: dataDir },
      stdio: 'ignore',
    });
    for (let tries = 0; tries < 600; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      try {
        const { address } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as {
          address: string;
        };
        if ((await fetch(`${address}/health/ready`)).ok)
          return new BenchServer(child, new URL(address), dataDir);
      } catch {
        // Not there yet.
      }
    }
    throw new Error('the server did not become ready');
  }

  token(request: TokenRequest): Promise<string> {
    return issueToken(this.dataDir, request);
  }

  /** One request over a kept connection; status and body. */
  call(method: string, path: string, token: string, body?: unknown): Promise<Answered> {
    return callAt(this.agent, this.address, { method, path, token, body });
  }

  /** Resident memory of the server, MB. */
  residentMb(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.child.kill('SIGTERM');
    await new Promise((resolve) => this.child.once('exit', resolve));
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** Whatever workloads speak to: one server, or several services. */
export type Callable = Pick<BenchServer, 'call' | 'token'>;

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: unknown;
}

export function callAt(agent: Agent, address: URL, { method, path, token, body }: Call): Promise<Answered> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(payload
        ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
        : {}),
    };
    const sent = request(
      { host: '127.0.0.1', port: address.port, method, path, agent, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(payload);
  });
}
