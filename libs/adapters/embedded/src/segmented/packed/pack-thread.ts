import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { EngineError } from '@coxa/eventing';
import { SparseIndex } from '../sparse-index.js';
import type { PackedSegment, ToPack } from './pack-segment.js';
import type { Answer, Job, Stop } from './pack-worker.js';

const script = new URL('./pack-worker.js', import.meta.url);

/** A thread runs what was built; where sources are run as they are there is none. */
export const canPackBeside = existsSync(fileURLToPath(script));

/** Most of what packing needs lies outside the heap; a small young generation keeps the thread small. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 };

/** Told to who waited for a segment when the thread was stopped. */
export class ThreadStopped extends Error {}

/**
 * Packs segments in a thread of its own, of less priority where the system knows such a thing: neither the work nor the garbage of it
 * holds up the event loop. One at a time.
 */
export class PackThread {
  private worker: Worker | undefined;
  private ending: Promise<void> | undefined;
  private waiting:
    | { readonly resolve: (packed: PackedSegment) => void; readonly reject: (error: Error) => void }
    | undefined;

  /** As `packSegment`. @throws EngineError `corrupt`, ThreadStopped, what the file system said */
  pack(segment: ToPack, target: string): Promise<PackedSegment> {
    const worker = (this.worker ??= this.start());
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      worker.postMessage({ segment, target } satisfies Job);
    });
  }

  /** Ends the thread; the next segment begins another. What was being written is left as it is. */
  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    if (worker) this.ending = endOf(worker);
    await this.ending;
    this.settle()?.reject(new ThreadStopped('packing was stopped'));
  }

  private start(): Worker {
    const worker = new Worker(script, { execArgv: [], resourceLimits });
    worker.unref();
    worker.on('message', (answer: Answer) => {
      if ('failed' in answer) this.settle()?.reject(failureOf(answer.failed));
      else this.settle()?.resolve({ index: SparseIndex.of(answer.places), end: answer.end });
    });
    worker.on('error', (error: Error) => {
      this.worker = undefined;
      this.settle()?.reject(error);
    });
    return worker;
  }

  private settle(): typeof this.waiting {
    const { waiting } = this;
    this.waiting = undefined;
    return waiting;
  }
}

/** Resolves when the thread has ended by itself: one that is torn off while zlib begins takes the whole process with it (seen with Node 20). */
function endOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.ref();
    worker.once('exit', () => resolve());
    worker.postMessage({ stop: true } satisfies Stop);
  });
}

function failureOf({ code, message }: { readonly code: string; readonly message: string }): Error {
  return code === 'corrupt' ? new EngineError(code, message) : Object.assign(new Error(message), { code });
}
