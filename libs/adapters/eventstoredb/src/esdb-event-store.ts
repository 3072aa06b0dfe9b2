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
import { placeOf, positionOf, storedEvent, withTime } from './stored-event.js';

/** Events of all that one read asks for: more from page to page where few of them are ours. */
const page = { times: 8, most: 1_000 };
/** When looking for the newest event of ours from behind: mostly it is the very last, and each event that is read costs. */
const backPage = { first: 1, times: 8, most: 512 };

/** Something that lies among all events; of others only where. */
interface Seen {
  readonly position: number;
  readonly mine: StoredEvent | undefined;
}

/**
 * The event store on EventStoreDB / KurrentDB. What it knows of `$all` are the streams that begin with `prefix`; what lies before `since` was
 * there before the installation, on a server that others use too perhaps years of it.
 */
export class EsdbEventStore implements EventStore {
  private readonly feed = new SharedFeed((after, signal) => this.live(after, signal));
  /** Newest event of ours, and how far `$all` has been looked through for it. */
  private newest: { readonly position: number | null; readonly looked: number } | undefined;

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly prefix: string,
    private readonly times: Times,
    private readonly since: number | null = null,
  ) {
    if (since !== null) this.newest = { position: null, looked: since };
  }

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
    let from = after ?? this.since;
    for (let count = Math.min(page.most, limit + 1); found.length < limit;) {
      const some = await this.all({ fromPosition: from === null ? 'start' : placeOf(from), maxCount: count });
      // Unlike a subscription, a read begins with the event at the position itself.
      for (const { position, mine } of some) if (mine && position > (from ?? -1)) found.push(mine);
      if (some.length < count) break;
      from = some.at(-1)!.position;
      count = Math.min(page.most, count * page.times);
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
    for await (const portion of this.live(after, signal)) {
      position = portion.position;
      yield portion;
      if ((position ?? -1) >= (head ?? -1)) break;
    }
    if (!signal.aborted) yield* this.feed.follow(position, signal);
  }

  private live(after: number | null, signal: AbortSignal): AsyncGenerator<Portion> {
    return live(this.client, this.prefix, after ?? this.since, signal);
  }

  async head(): Promise<number | null> {
    const known = this.newest;
    let top = -1;
    for await (const some of this.backwards(known?.looked ?? -1)) {
      top = Math.max(top, some[0]!.position);
      const mine = some.find((seen) => seen.mine);
      if (mine) return this.remember(mine.position, top);
    }
    return this.remember(known?.position ?? null, top);
  }

  /** The newest event; undefined when there is none. */
  async newestEvent(): Promise<StoredEvent | undefined> {
    for await (const some of this.backwards(this.since ?? -1)) {
      const newest = some.find((seen) => seen.mine)?.mine;
      if (newest) return newest;
    }
    return undefined;
  }

  /** Whether all events may be read. @throws EngineError */
  async mayRead(): Promise<void> {
    await this.all({ direction: 'backwards', fromPosition: 'end', maxCount: 1 });
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }

  /** All events, ours and others', the newest first, page by page, down to a position. */
  private async *backwards(to: number): AsyncGenerator<Seen[]> {
    let from: 'end' | ReturnType<typeof placeOf> = 'end';
    for (let count = backPage.first; ; count = Math.min(backPage.most, count * backPage.times)) {
      const some = await this.all({ direction: 'backwards', fromPosition: from, maxCount: count });
      if (some.length > 0) yield some;
      if (some.length < count || some.at(-1)!.position <= to) return;
      from = placeOf(some.at(-1)!.position);
    }
  }

  private remember(position: number | null, looked: number): number | null {
    if (looked >= (this.newest?.looked ?? -1)) this.newest = { position, looked };
    return position;
  }

  private async all(options: Parameters<EventStoreDBClient['readAll']>[0]): Promise<Seen[]> {
    try {
      return (await readAllOf(this.client.readAll(options), this.times.answerMs)).map((resolved) => ({
        position: positionOf(resolved),
        mine: resolved.event?.streamId.startsWith(this.prefix) ? storedEvent(resolved) : undefined,
      }));
    } catch (error) {
      throw faultOf(error);
    }
  }
}
