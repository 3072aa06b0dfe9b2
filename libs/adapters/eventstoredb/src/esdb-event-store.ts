import type { EventStoreDBClient } from '@eventstore/db-client';
import {
  type AppendResult,
  backoffMs,
  type EventStore,
  type ExpectedRevision,
  failurePolicy,
  type NewEvent,
  pause,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscriptionMessage,
} from '@coxa/eventing';
import { append, read, type Times } from './append.js';
import { faultOf } from './faults.js';
import { live, type Portion } from './live.js';
import { readAllOf } from './read.js';
import { SharedFeed } from './shared-feed.js';
import { placeOf, storedEvent, withTime } from './stored-event.js';

/** Events of all that one read asks for. */
const page = 1_000;
/** When looking for the newest event of ours from behind: mostly it is the very last, and each event that is read costs. */
const backPage = { first: 1, times: 8, most: 64 };

/** The event store on EventStoreDB / KurrentDB. What it knows of `$all` are the streams that begin with `prefix`. */
export class EsdbEventStore implements EventStore {
  private readonly feed = new SharedFeed((after, signal) => live(this.client, this.prefix, after, signal));
  /** Newest event of ours, and how far `$all` has been looked through for it. */
  private newest: { readonly position: number | null; readonly looked: number } | undefined;

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly prefix: string,
    private readonly times: Times,
  ) {}

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return append(this.client, stream, expected, events, this.times);
  }

  /** Appends events of another store under the times at which that one took them. */
  carryIn(stream: string, expected: ExpectedRevision, events: readonly StoredEvent[]): Promise<AppendResult> {
    const timed = events.map((event) => ({ ...event, metadata: withTime(event.metadata, event.recordedAt) }));
    return append(this.client, stream, expected, timed, this.times);
  }

  readStream(stream: string, { from = 0, limit = -1 }: ReadStreamOptions = {}): Promise<StoredEvent[]> {
    const count = limit < 0 ? {} : { maxCount: limit };
    return read(this.client, stream, { fromRevision: BigInt(from), ...count }, this.times.answerMs);
  }

  async readAll(after: number | null, limit: number): Promise<StoredEvent[]> {
    const found: StoredEvent[] = [];
    for (let from = after; found.length < limit;) {
      const count = Math.min(page, limit - found.length + 1);
      const some = await this.all({ fromPosition: from === null ? 'start' : placeOf(from), maxCount: count });
      // Unlike a subscription, a read begins with the event at the position itself.
      found.push(...this.ours(some).filter(({ position }) => position > (from ?? -1)));
      if (some.length < count) break;
      from = some.at(-1)!.position;
    }
    return found.slice(0, limit);
  }

  async *subscribe(after: number | null, signal: AbortSignal): AsyncIterable<SubscriptionMessage> {
    let position = after;
    let caughtUp = false;
    for (let attempt = 0; !signal.aborted;) {
      try {
        const head = await this.head();
        for await (const portion of this.portions(position, head, signal)) {
          if (portion.fellBehind && caughtUp) {
            caughtUp = false;
            yield { kind: 'fell-behind', position: position ?? 0 };
          }
          attempt = 0;
          position = portion.position;
          if (portion.events.length > 0) yield { kind: 'events', events: portion.events };
          if (!caughtUp && (position ?? -1) >= (head ?? -1)) {
            caughtUp = true;
            yield { kind: 'caught-up', position: position ?? 0 };
          }
        }
      } catch (error) {
        if (signal.aborted) return;
        const fault = faultOf(error);
        if (failurePolicy(fault) !== 'retry') throw fault;
        await pause(backoffMs(++attempt), signal);
      }
    }
  }

  /** By itself up to where everything stood, then with the others. */
  private async *portions(
    after: number | null,
    head: number | null,
    signal: AbortSignal,
  ): AsyncGenerator<Portion> {
    let position = after;
    for await (const portion of live(this.client, this.prefix, after, signal)) {
      position = portion.position;
      yield portion;
      if ((position ?? -1) >= (head ?? -1)) break;
    }
    if (!signal.aborted) yield* this.feed.follow(position, signal);
  }

  async head(): Promise<number | null> {
    const known = this.newest;
    let top = -1;
    for await (const some of this.backwards()) {
      top = Math.max(top, some[0]!.position);
      const mine = this.ours(some)[0];
      if (mine) return this.remember(mine.position, top);
      if (some.at(-1)!.position <= (known?.looked ?? -1)) break;
    }
    return this.remember(known?.position ?? null, top);
  }

  /** The newest event; undefined when there is none. */
  async newestEvent(): Promise<StoredEvent | undefined> {
    for await (const some of this.backwards()) {
      const mine = this.ours(some)[0];
      if (mine) return mine;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }

  /** All events, ours and others', the newest first, page by page. */
  private async *backwards(): AsyncGenerator<StoredEvent[]> {
    let from: 'end' | ReturnType<typeof placeOf> = 'end';
    for (let count = backPage.first; ; count = Math.min(backPage.most, count * backPage.times)) {
      const some = await this.all({ direction: 'backwards', fromPosition: from, maxCount: count });
      if (some.length > 0) yield some;
      if (some.length < count) return;
      from = placeOf(some.at(-1)!.position);
    }
  }

  private remember(position: number | null, looked: number): number | null {
    if (looked >= (this.newest?.looked ?? -1)) this.newest = { position, looked };
    return position;
  }

  private ours(events: readonly StoredEvent[]): StoredEvent[] {
    return events.filter(({ stream }) => stream.startsWith(this.prefix));
  }

  private async all(options: Parameters<EventStoreDBClient['readAll']>[0]): Promise<StoredEvent[]> {
    try {
      return (await readAllOf(this.client.readAll(options), this.times.answerMs)).map(storedEvent);
    } catch (error) {
      throw faultOf(error);
    }
  }
}
