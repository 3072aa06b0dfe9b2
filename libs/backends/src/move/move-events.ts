import { EngineError, type EventStore, type StoredEvent } from '@coxa/eventing';
import { eventDigest, Tally } from './digest.js';

const page = 1_000;
/** One append takes no more, and no more bytes; the server's own limit is 1 MB. */
const mostEvents = 200;
const mostBytes = 400_000;

/** The store that events are carried into. */
export interface EventsTarget extends EventStore {
  carryIn(
    stream: string,
    expected: number | 'no-stream',
    events: readonly StoredEvent[],
  ): Promise<{ readonly position: number }>;
}

export interface EventsMoved {
  readonly count: number;
  /** Positions in the new store of the events that were asked for, by id. */
  readonly positions: ReadonlyMap<string, number>;
  /** Where the last event at or before a position of the old store lies in the new one; null: before the first. */
  readonly at: ReadonlyMap<number, number | null>;
}

export interface EventsWanted {
  /** Events whose new position is wanted. */
  readonly ids: ReadonlySet<string>;
  /** Positions of the old store that are to be translated. */
  readonly places: readonly number[];
}

/**
 * Appends every event in the order of the old store. What an earlier try has left there is compared, and gone on from.
 * @throws EngineError `backend-unfit` when something else lies there
 */
export async function moveEvents(
  from: EventStore,
  to: EventsTarget,
  { ids, places }: EventsWanted,
  tell: (count: number) => void,
): Promise<EventsMoved> {
  const there = eventsOf(to);
  const positions = new Map<string, number>();
  const at = new Map<number, number | null>();
  const waiting = [...places].sort((a, b) => a - b);
  let last: number | null = null;
  let count = 0;
  const moved = (events: readonly StoredEvent[], position: number) => {
    const { id } = events.at(-1)!;
    if (ids.has(id)) positions.set(id, position);
    last = position;
    tell((count += events.length));
  };
  const passed = (position: number) => {
    while (waiting.length > 0 && waiting[0]! < position) at.set(waiting.shift()!, last);
  };
  let known = await there.next();
  for await (const group of groupsOf(eventsOf(from), { ids, places })) {
    passed(group[0]!.position);
    const fresh: StoredEvent[] = [];
    for (const event of group) {
      if (known.done) {
        fresh.push(event);
        continue;
      }
      if (eventDigest(known.value) !== eventDigest(event))
        throw new EngineError(
          'backend-unfit',
          `the event store holds something else at its event ${count + 1}: it is not empty, or has been used since`,
        );
      moved([event], known.value.position);
      known = await there.next();
    }
    if (fresh.length === 0) continue;
    const [{ stream, revision }] = fresh as [StoredEvent];
    const { position } = await to.carryIn(stream, revision === 0 ? 'no-stream' : revision - 1, fresh);
    moved(fresh, position);
  }
  passed(Infinity);
  if (!known.done)
    throw new EngineError(
      'backend-unfit',
      `the event store holds more than the ${count} events of this installation: it has been used since`,
    );
  return { count, positions, at };
}

/** Count and hash of all events of a store. */
export async function tallyEvents(store: EventStore, tell: (count: number) => void) {
  const tally = new Tally();
  for await (const event of eventsOf(store)) {
    tally.add(eventDigest(event));
    tell(tally.count);
  }
  return tally.end();
}

async function* eventsOf(store: EventStore): AsyncGenerator<StoredEvent, undefined> {
  for (let after: number | null = null; ;) {
    const events = await store.readAll(after, page);
    yield* events;
    if (events.length === 0) return undefined;
    after = events.at(-1)!.position;
  }
}

/** Neighbours of one stream go together, but whose new position is wanted comes last in its group, as does what a wanted place ends. */
async function* groupsOf(
  events: AsyncIterable<StoredEvent>,
  { ids, places }: EventsWanted,
): AsyncGenerator<StoredEvent[]> {
  let group: StoredEvent[] = [];
  let bytes = 0;
  const apart = (last: StoredEvent, next: StoredEvent): boolean =>
    last.stream !== next.stream ||
    ids.has(last.id) ||
    places.some((place) => last.position <= place && place < next.position) ||
    group.length >= mostEvents ||
    bytes + next.data.length > mostBytes;
  for await (const event of events) {
    const last = group.at(-1);
    if (last && apart(last, event)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(event);
    bytes += event.data.length;
  }
  if (group.length > 0) yield group;
}
