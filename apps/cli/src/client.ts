import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { breakGlassHeader, issueToken, loadConfig, type TokenRequest } from '@coxa/platform/local';
import { CommandFailed } from './output.js';

export interface LocalLook {
  readonly token: string;
  readonly reason: string;
}

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

  /** The server's present time, epoch ms: the machine's, or where a test clock stood when this was asked. */
  async clock(): Promise<() => number> {
    // Loading what knows of test clocks takes a second: only where there is one.
    if (!existsSync(join(this.dataDir, 'test-clock.json'))) return () => Date.now();
    const { keptTestClock } = await import('@coxa/all-in-one');
    const stood = keptTestClock(this.dataDir);
    return () => stood ?? Date.now();
  }

  /** @throws CommandFailed with the problem's own words */
  async call<T>(
    as: TokenRequest | LocalLook | string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (typeof as === 'string') return this.send(as, method, path, text);
    if (!('token' in as)) return this.send(await this.token(as), method, path, text);
    return this.send(as.token, method, path, text, { [breakGlassHeader]: as.reason });
  }

  /** Who sits at the machine, for one look with this reason: recorded and announced like any look past the care team. */
  async local(reason: string): Promise<LocalLook> {
    const subject = `local:${whoSitsHere()}`;
    return { token: await this.token({ role: 'clinician', subject, expiresInS: 300 }), reason };
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
    more: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const type = typeof body === 'string' ? 'application/json' : 'application/cbor';
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: {
        ...more,
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
      return this.send(token, method, path, body, more);
    }
    if (!response.ok) throw new CommandFailed(wordsOf(method, path, response.status, text));
    return JSON.parse(text) as T;
  }
}

function whoSitsHere(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? 'somebody');
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

/** Uses the running server of a data folder or, when none runs, opens the folder for as long as `work` takes. `mayMake`: also one that is not there yet. */
export async function withServer<T>(
  work: (client: Client) => Promise<T>,
  { mayMake = false }: { readonly mayMake?: boolean } = {},
): Promise<T> {
  const { env } = process;
  const { dataDir } = loadConfig({ ...env, COXA_PORT: '0' }, 0);
  const running = await runningServer(dataDir);
  if (running) return work(new Client(running, dataDir));
  if (!mayMake && !existsSync(dataDir))
    throw new CommandFailed(
      `there is no data folder ${dataDir}; start Coxa once with npm start, or set COXA_DATA_DIR`,
    );
  // The whole server takes a second to load: only now is it needed.
  const { keptTestClock, startAllInOne } = await import('@coxa/all-in-one');
  const stood = keptTestClock(dataDir);
  // A folder that a test clock rules is not opened at the machine's time: weeks would close by it.
  const testClock = stood === undefined ? {} : { COXA_TEST_CLOCK: new Date(stood).toISOString() };
  const config = loadConfig({ ...testClock, ...env, COXA_PORT: '0' }, 0);
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

/** Address of the server that runs on a data folder. */
export async function runningServer(dataDir: string): Promise<string | undefined> {
  try {
    const { address, pid } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as {
      address: string;
      pid: number;
    };
    // After a kill the file stays, and somebody else may have taken the port.
    process.kill(pid, 0);
    const response = await fetch(`${address}/health/live`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? address : undefined;
  } catch {
    return undefined;
  }
}
