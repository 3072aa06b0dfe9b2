import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = join(fileURLToPath(new URL('../..', import.meta.url)), 'apps', 'cli', 'bin', 'coxa.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the real `coxa` command on a data folder, to its end. */
export const coxa = (dataDir: string, ...args: string[]): Promise<Ran> => coxaWith({}, dataDir, ...args);

/** The same with settings. */
export async function coxaWith(
  settings: Readonly<Record<string, string>>,
  dataDir: string,
  ...args: string[]
): Promise<Ran> {
  const { COXA_TEST_CLOCK: _clock, ...env } = process.env;
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...env, NODE_OPTIONS: '', COXA_DATA_DIR: dataDir, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out: out.join(''), err: err.join('') };
}

/** What a command printed with `--json`: one document, on one line, and nothing else. */
export function documentOf<T = Record<string, unknown>>({ out }: Ran): T {
  if (!/^[^\n]+\n$/.test(out)) throw new Error(`not one document: ${out}`);
  return JSON.parse(out) as T;
}
