import { EngineError } from '@coxa/eventing';
import type { Lane } from './lane.js';
import { type PackedSegment, packSegment, type ToPack } from './packed/pack-segment.js';
import { canPackBeside, PackThread, ThreadStopped } from './packed/pack-thread.js';

/** Of the time that packing takes, so much is rested before it goes on: at most a fifth of a core is used. */
const restShare = 4;
/** After a failure, a full disk mostly, the next try waits. */
const retryMs = 60_000;

class Stopped extends Error {}

/** Packs finished segments in the background, one at a time: in a thread of its own, or where there is none in short slices between the other work. */
export class Packer {
  private readonly lanes = new Set<Lane>();
  private running: Promise<void> | undefined;
  private kicked = false;
  private timer: NodeJS.Timeout | undefined;
  private wake: (() => void) | undefined;
  private stopped = false;
  private readonly thread = canPackBeside ? new PackThread() : undefined;

  constructor(private readonly tell: (note: string) => void) {}

  add(lane: Lane): void {
    this.lanes.add(lane);
    lane.onSealed = () => this.kick();
    this.kick();
  }

  /** Something may be there to pack. */
  kick(): void {
    this.kicked = true;
    if (this.stopped || this.running) return;
    this.running = this.run().finally(() => {
      this.running = undefined;
      if (this.kicked) this.kick();
    });
  }

  /** Resolves when nothing is left to pack, or packing has failed. */
  async idle(): Promise<void> {
    await this.running;
  }

  async close(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.wake?.();
    await this.thread?.stop();
    await this.running;
    await this.thread?.stop();
  }

  private async run(): Promise<void> {
    try {
      while (this.kicked) {
        this.kicked = false;
        for (const lane of this.lanes) while (await lane.packOne((...job) => this.pack(...job)));
      }
    } catch (error) {
      this.kicked = false;
      if (error instanceof Stopped || error instanceof ThreadStopped || this.stopped) return;
      if (error instanceof EngineError) this.tell(error.message);
      this.timer = setTimeout(() => this.kick(), retryMs).unref();
    } finally {
      // What is packed now and then need not keep a thread meanwhile.
      await this.thread?.stop();
    }
  }

  private pack(segment: ToPack, target: string): Promise<PackedSegment> {
    if (this.stopped) return Promise.reject(new Stopped());
    return this.thread
      ? this.thread.pack(segment, target)
      : packSegment(segment, target, (tookMs) => this.rest(tookMs));
  }

  private async rest(tookMs: number): Promise<void> {
    await this.pause(restShare * tookMs);
    if (this.stopped) throw new Stopped();
  }

  private pause(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      timer.unref();
      this.wake = done;
    });
  }
}
