import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Plan, Said } from './servers/plan.js';

/** Runs one of the writers in a process of its own, on the second core; the broker has the first. */
export async function write(
  name: 'append' | 'emit' | 'through-coxa' | 'through-nest',
  plan: Plan,
): Promise<Said> {
  const script = fileURLToPath(new URL(`./servers/${name}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)('taskset', [
    '-c',
    '1',
    process.execPath,
    script,
    JSON.stringify(plan),
  ]);
  return JSON.parse(/^said (.*)$/m.exec(stdout)![1]!) as Said;
}
