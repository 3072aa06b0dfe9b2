import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
// What a thread imports is loaded for it once more: with whole libraries it took 20 MB instead of 8, so `packSegment` takes single modules of them.
import type { Places, SegmentEnd } from '../sparse-index.js';
import { packSegment, type ToPack } from './pack-segment.js';

export interface Job {
  readonly segment: ToPack;
  readonly target: string;
}

export type Answer =
  | { readonly places: Places; readonly end: SegmentEnd }
  | { readonly failed: { readonly code: string; readonly message: string } };

/** Asks the thread to end by itself, with what it is packing left as it is. */
export interface Stop {
  readonly stop: true;
}

/** Of the time that packing takes, so much is rested before it goes on: where threads have no priority, at most a fifth of a core is used. */
const restShare = 4;

/**
 * Linux knows threads by numbers of their own; elsewhere the whole process would be meant. Not the least priority there is: on a machine that is
 * overloaded such a thread may not run for a second, and whoever wants a lock of the process that it holds waits as long.
 */
function stepBack(): void {
  try {
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1);
    setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It rests all the same.
  }
}

let stopped = false;
let wake = (): void => undefined;

async function rest(tookMs: number): Promise<void> {
  if (!stopped)
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, restShare * tookMs).unref();
    });
  if (stopped) throw new Error('stopped');
}

async function pack({ segment, target }: Job): Promise<Answer> {
  try {
    const { index, end } = await packSegment(segment, target, rest);
    return { places: index.places, end };
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    return { failed: { code: String(code), message } };
  }
}

stepBack();
let working: Promise<void> = Promise.resolve();
parentPort!.on('message', (asked: Job | Stop) => {
  if (!('stop' in asked)) {
    working = pack(asked).then((answer) => {
      if (!stopped) parentPort!.postMessage(answer);
    });
    return;
  }
  stopped = true;
  wake();
  // With nothing left to wait for, the thread ends.
  void working.then(() => parentPort!.close());
});
