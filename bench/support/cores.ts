import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Runs `work` with all threads of this process on the second core: the first is the server's alone. Where there is no second core, or no `taskset`, they run where they may. */
export async function onSecondCore<T>(work: () => Promise<T>): Promise<T> {
  const cores = availableParallelism();
  const moved = cores > 1 && moveTo('1');
  try {
    return await work();
  } finally {
    if (moved) moveTo(`0-${cores - 1}`);
  }
}

function moveTo(cores: string): boolean {
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
