import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAllInOne } from '@coxa/all-in-one';
import { issueToken, loadConfig, type TokenRequest } from '@coxa/platform';
import { CommandFailed } from './output.js';

/** Speaks to a server with the local key's authority. */
export class Client {
  private readonly tokens = new Map<string, Promise<string>>();

  constructor(
    readonly address: string,
    readonly dataDir: string,
  ) {}

  token(request: TokenRequest): Promise<string> {
    const key = JSON.stringify(request);
    const token = this.tokens.get(key) ?? issueToken(this.dataDir, request);
    this.tokens.set(key, token);
    return token;
  }

  /** @throws CommandFailed with the problem's own words */
  async call<T>(as: TokenRequest | string, method: string, path: string, body?: unknown): Promise<T> {
    const token = typeof as === 'string' ? as : await this.token(as);
    return this.send(token, method, path, body === undefined ? undefined : JSON.stringify(body));
  }

  /** A CBOR body. @throws CommandFailed with the problem's own words */
  callCbor<T>(token: string, method: string, path: string, body: Uint8Array): Promise<T> {
    return this.send(token, method, path, body);
  }

  private async send<T>(
    token: string,
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
  ): Promise<T> {
    const type = typeof body === 'string' ? 'application/json' : 'application/cbor';
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    const text = await response.text();
    if (response.status === 429 || response.status === 503) {
      await new Promise((resolve) =>
        setTimeout(resolve, Number(response.headers.get('retry-after') ?? 1) * 1000),
      );
      return this.send(token, method, path, body);
    }
    if (!response.ok) throw new CommandFailed(wordsOf(method, path, response.status, text));
    return JSON.parse(text) as T;
  }
}

/** A refusal in words: what was asked, what was wrong, and where. */
function wordsOf(method: string, path: string, status: number, text: string): string {
  try {
    const { title, detail, errors } = JSON.parse(text) as {
      title?: string;
      detail?: string;
      errors?: { path: string; message: string }[];
    };
    const faults = (errors ?? []).map(({ path: place, message }) => `\n  ${place || 'the body'} ${message}`);
    return `${method} ${path.split('?')[0]!}: ${detail ?? title ?? status}${faults.join('')}`;
  } catch {
    return `${method} ${path}: ${status} ${text.slice(0, 300)}`;
  }
}

export const operator: TokenRequest = { role: 'operator', subject: 'coxa-cli' };

/** Uses the running server of a data folder or, when none runs, opens the folder for as long as `work` takes. */
export async function withServer<T>(
  work: (client: Client) => Promise<T>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  const config = loadConfig({ ...env, COXA_PORT: '0' }, 0);
  const running = await runningServer(config.dataDir);
  if (running) return work(new Client(running, config.dataDir));
  if (!existsSync(config.dataDir))
    throw new CommandFailed(
      `there is no data folder ${config.dataDir}; start Coxa once with npm start, or set COXA_DATA_DIR`,
    );
  const service = await startAllInOne(config);
  try {
    await waitUntilReady(service.address);
    return await work(new Client(service.address, config.dataDir));
  } finally {
    await service.stop();
  }
}

export async function waitUntilReady(address: string): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    const ready = await fetch(`${address}/health/ready`).then(
      (response) => response.status === 200,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new CommandFailed(`the server at ${address} does not become ready; see ${address}/health/ready`);
}

async function runningServer(dataDir: string): Promise<string | undefined> {
  try {
    const { address } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { address: string };
    const response = await fetch(`${address}/health/live`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? address : undefined;
  } catch {
    return undefined;
  }
}
