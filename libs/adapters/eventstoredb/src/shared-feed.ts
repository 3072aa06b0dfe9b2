import { pause, type StoredEvent, Wakeups } from '@coxa/eventing';
import type { Portion } from './live.js';

/** So many of the newest events stay in memory, of so many bytes; whoever is further behind reads by itself. */
const keptEvents = 2_000;
const keptBytes = 8 * 1024 * 1024;
/** So long events gather before whoever had nothing to do takes them: each portion costs about as much as an event. */
const gatherMs = 10;

type Live = (after: number | null, signal: AbortSignal) => AsyncGenerator<Portion>;

/**
 * The newest events, received and decoded once for all who follow them in this process. It goes on whether its followers keep up or not, so
 * none of them holds up another.
 */
export class SharedFeed {
  private pump: AbortController | undefined;
  /** Everything after `from` up to `to` is in `recent`. */
  private recent: StoredEvent[] = [];
  private bytes = 0;
  private from = -1;
  private to = -1;
  private followers = 0;
  private readonly wakeups = new Wakeups();

  constructor(private readonly live: Live) {}

  /** What comes after a position. Ends when the signal aborts, when the feed does, and when the follower is further behind than what is kept. */
  async *follow(after: number | null, signal: AbortSignal): AsyncGenerator<Portion> {
    let position = after ?? -1;
    const pump = (this.pump ??= this.start(position));
    this.followers++;
    try {
      while (!signal.aborted && this.pump === pump && position >= this.from) {
        if (position < this.to) {
          const events = this.newerThan(position);
          position = this.to;
          yield { events, position, fellBehind: false };
        } else {
          await this.wakeups.next(signal).woken;
          await pause(gatherMs, signal);
        }
      }
    } finally {
      this.followers--;
      if (this.followers === 0) this.stop();
    }
  }

  private start(position: number): AbortController {
    const pump = new AbortController();
    this.recent = [];
    this.bytes = 0;
    this.from = this.to = position;
    void this.run(pump, position);
    return pump;
  }

  private stop(): void {
    this.pump?.abort();
    this.pump = undefined;
    this.recent = [];
  }

  private async run(pump: AbortController, position: number): Promise<void> {
    try {
      for await (const portion of this.live(position < 0 ? null : position, pump.signal)) {
        if (this.pump !== pump) return;
        this.take(portion);
      }
    } catch {
      // Its followers go on by themselves, and meet the same fault or do not.
    }
    if (this.pump === pump) this.stop();
    this.wakeups.wake();
  }

  private take({ events, position }: Portion): void {
    this.recent.push(...events);
    for (const { data } of events) this.bytes += data.byteLength;
    this.to = Math.max(this.to, position ?? -1);
    let gone = 0;
    while (gone < this.recent.length && (this.recent.length - gone > keptEvents || this.bytes > keptBytes)) {
      const oldest = this.recent[gone++]!;
      this.bytes -= oldest.data.byteLength;
      this.from = oldest.position;
    }
    if (gone > 0) this.recent.splice(0, gone);
    this.wakeups.wake();
  }

  private newerThan(position: number): StoredEvent[] {
    let first = this.recent.length;
    while (first > 0 && this.recent[first - 1]!.position > position) first--;
    return this.recent.slice(first);
  }
}
