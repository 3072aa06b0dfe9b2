import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, constants, getPriority, setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Threads that Node gives V8 unless `--v8-pool-size` says otherwise; before them it starts one for delayed tasks. */
const defaultPool = 4;
/**
 * How far they step back from the main thread (`man 7 sched`: about a tenth of the main thread's weight each). With 19 they come to nothing while there is load:
 * collections take longer, every write meanwhile is watched, and a check-in costs a tenth more. With 10 it costs what it did.
 */
const stepBack = 10;
/** Thread ids start again from below after this many (the largest `pid_max` of Linux). */
const idsWrapAt = 2 ** 22;

/**
 * On a single core V8's helper threads take half of it away from the event loop for 100 ms and more at each large collection, and requests
 * queue up meanwhile. Here they get what the event loop leaves; it does itself what they have not done (see bench/README.md). Where there is
 * more than one core, or no Linux, nothing is changed: elsewhere a thread has no priority of its own.
 */
export function leaveTheCoreToTheLoop(): void {
  if (availableParallelism() > 1 || process.platform !== 'linux') return;
  // With young objects the event loop waits for these threads: it is faster alone.
  setFlagsFromString('--no-parallel-scavenge');
  try {
    const niceness = Math.min(getPriority() + stepBack, constants.priority.PRIORITY_LOW);
    for (const thread of helperThreads()) setPriority(thread, niceness);
  } catch {
    // Where /proc is hidden or priorities are forbidden the service is slower at times, and right.
  }
}

/** The threads that work for V8: by name where Node names them (from 24 on), else by the order in which Node starts them. */
function helperThreads(): number[] {
  const ids = readdirSync('/proc/self/task').map(Number);
  const named = ids.filter((id) => readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim() === 'V8Worker');
  if (named.length > 0) return named;
  const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  if (/v8[-_]pool[-_]size/.test(options)) return [];
  const age = (id: number) => (id < process.pid ? id + idsWrapAt : id);
  return ids.sort((a, b) => age(a) - age(b)).slice(1, 2 + defaultPool);
}
