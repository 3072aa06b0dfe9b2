import { deriveId } from '@coxa/contracts';
import { LRUCache } from 'lru-cache';
import { RevisionConflict } from '../errors.js';
import type { EventStore, NewEvent } from '../ports/event-store.js';
import { KeyedMutex } from '../util/keyed-mutex.js';
import type { Decider, EventCodec } from './decider.js';

/** One command with the id of the message that brought it: the ids of its events follow from that, so a repeat is the same events. */
export interface Order<Command> {
  readonly command: Command;
  readonly messageId: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface Handled<Event> {
  readonly events: readonly Event[];
  /** Position of the last event in the store; null when the command changed nothing. */
  readonly position: number | null;
}

/** How far a run of orders came. With an error, `done` orders before it are in the store and those after it were not tried. */
export interface RunResult<Event> extends Handled<Event> {
  readonly done: number;
  readonly error?: unknown;
}

interface Live<State> {
  state: State;
  revision: number;
  /** When the store was asked that then said this is the newest, by `performance.now()`. */
  asOf: number;
}

/** Who gives the orders. */
export interface Giver {
  /**
   * Orders of this kind and id are given in this process alone, in their order, and nothing that others append would make something of an order
   * from which nothing follows. Whoever cannot say so any more, because somebody else may have given some, has to `forget` first.
   */
  readonly alone?: boolean;
}

export interface CommandHandlerOptions<State, Command, Event> {
  readonly store: EventStore;
  readonly decider: Decider<State, Command, Event>;
  readonly codec: EventCodec<Event>;
  readonly streamOf: (id: string) => string;
  /** How many events the states that are kept may come from (default 40,000); others are folded again from their stream. */
  readonly cachedEvents?: number;
  /**
   * Other processes write the same streams. Orders are decided on the state that is kept all the same, for the store refuses what does not follow
   * the newest event; only what would append nothing is decided again on a state brought up to date.
   */
  readonly shared?: boolean;
}

const maxConflicts = 20;
/** From so many bytes on an append takes no further order; event stores have a limit, and EventStoreDB's is 1 MB where nobody has raised it. */
const fullBytes = 400_000;
/** Of an event beside its data: metadata, type, id. */
const aroundBytes = 300;

/** Load, decide, append with the expected revision; on a conflict load again and decide anew. */
export class CommandHandler<State, Command, Event> {
  private readonly live: LRUCache<string, Live<State>>;
  private readonly mutex = new KeyedMutex();
  private newest: number | null = null;
  /** Changes when something is forgotten: what was under way then is not kept. */
  private era = 0;

  constructor(private readonly options: CommandHandlerOptions<State, Command, Event>) {
    this.live = new LRUCache({
      max: 5_000,
      maxSize: options.cachedEvents ?? 40_000,
      // What a state weighs grows with its history.
      sizeCalculation: ({ revision }) => revision + 2,
    });
  }

  /**
   * Position of the newest event that a state here has been folded from; null before the first. What `run` has answered lies before it, also
   * when another process had appended it.
   */
  get seen(): number | null {
    return this.newest;
  }

  /** Handles one order. @throws what `decide` refuses with, or the store's failure. */
  async handle(id: string, order: Order<Command>): Promise<Handled<Event>> {
    const { events, position, error } = await this.run(id, [order]);
    if (error !== undefined) throw error;
    return { events, position };
  }

  /**
   * Handles the orders of one id in order, with one append as long as they fit into one; the events of one order are never apart. Store
   * failures throw, and part of the run may be in the store then: given again, what is there makes nothing new. A refusal ends the run and
   * is returned.
   */
  async run(id: string, orders: readonly Order<Command>[], giver: Giver = {}): Promise<RunResult<Event>> {
    return this.mutex.run(id, async () => {
      const events: Event[] = [];
      let position: number | null = null;
      let done = 0;
      do {
        const part = await this.settle(id, done === 0 ? orders : orders.slice(done), giver);
        events.push(...part.events);
        position = part.position ?? position;
        done += part.done;
        if (part.error !== undefined) return { events, position, done, error: part.error };
      } while (done < orders.length);
      return { events, position, done };
    });
  }

  /**
   * Reads the state under the id's lock; `read` must not keep or change it. It is the newest at some moment after `since` (by `performance.now()`;
   * default: this call), which is when whoever looks began to ask: what has been decided here meanwhile need not be read again.
   */
  async inspect<T>(
    id: string,
    read: (state: State, revision: number) => T,
    since = performance.now(),
  ): Promise<T> {
    return this.mutex.run(id, async () => {
      const { state, revision } = await this.upToDate(id, since);
      return read(state, revision);
    });
  }

  /** The same of the state that is kept, as it was left here: others may have gone on since. */
  async inspectKept<T>(id: string, read: (state: State, revision: number) => T): Promise<T> {
    return this.mutex.run(id, async () => {
      const { state, revision } = this.live.get(id) ?? (await this.upToDate(id));
      return read(state, revision);
    });
  }

  /** Keeps nothing of an id (default: of any) that is known or being read now. */
  forget(id?: string): void {
    this.era++;
    if (id === undefined) this.live.clear();
    else this.live.delete(id);
  }

  /** As many of the orders as go into one append, decided anew while others append before. */
  private async settle(
    id: string,
    orders: readonly Order<Command>[],
    giver: Giver,
  ): Promise<RunResult<Event>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(id, orders, giver);
      } catch (error) {
        this.live.delete(id);
        if (!(error instanceof RevisionConflict) || attempt >= maxConflicts) throw error;
      }
    }
  }

  /** On the state that is kept, then, when that has not proved to be the newest, on one brought up to date. */
  private async attempt(
    id: string,
    orders: readonly Order<Command>[],
    { alone = false }: Giver,
  ): Promise<RunResult<Event>> {
    const kept = this.live.get(id);
    if (!kept) return this.decide(id, orders, await this.upToDate(id));
    const result = await this.decide(id, orders, kept);
    const final = alone && result.error === undefined;
    return result.position === null && this.options.shared && !final
      ? this.decide(id, orders, await this.upToDate(id))
      : result;
  }

  private async decide(
    id: string,
    orders: readonly Order<Command>[],
    current: Live<State>,
  ): Promise<RunResult<Event>> {
    const { decider, codec } = this.options;
    const fresh: NewEvent[] = [];
    const events: Event[] = [];
    let bytes = 0;
    let done = 0;
    let error: unknown;
    for (const order of orders) {
      if (bytes > fullBytes) break;
      let decided: readonly Event[];
      try {
        decided = decider.decide(order.command, current.state);
      } catch (refusal) {
        error = refusal;
        break;
      }
      decided.forEach((event, index) => {
        const metadata = { causation: order.messageId, ...order.metadata };
        const encoded = { id: deriveId(order.messageId, index), ...codec.encode(event), metadata };
        fresh.push(encoded);
        bytes += encoded.data.length + aroundBytes;
        events.push(event);
        current.state = decider.evolve(current.state, event);
      });
      done++;
    }
    const position = fresh.length > 0 ? await this.append(id, current, fresh) : null;
    return { events, done, ...(error === undefined ? {} : { error }), position };
  }

  private async append(id: string, current: Live<State>, fresh: readonly NewEvent[]): Promise<number> {
    const { store, streamOf } = this.options;
    // The state has run ahead of the store: until the append has succeeded nobody else may see it.
    this.live.delete(id);
    const { era } = this;
    const asOf = performance.now();
    const expected = current.revision < 0 ? 'no-stream' : current.revision;
    const { revision, position } = await store.append(streamOf(id), expected, fresh);
    current.revision = revision;
    current.asOf = asOf;
    this.saw(position);
    if (era === this.era) this.live.set(id, current);
    return position;
  }

  private async upToDate(id: string, since = Infinity): Promise<Live<State>> {
    const { decider, store, codec, streamOf, shared } = this.options;
    const known = this.live.get(id);
    if (known && (!shared || known.asOf >= since)) return known;
    // A state that could not be brought up to date wholly may not be used again.
    this.live.delete(id);
    const { era } = this;
    const loaded: Live<State> = known ?? { state: decider.initialState(), revision: -1, asOf: 0 };
    loaded.asOf = performance.now();
    for (const stored of await store.readStream(streamOf(id), { from: loaded.revision + 1 })) {
      loaded.state = decider.evolve(loaded.state, codec.decode(stored));
      loaded.revision = stored.revision;
      this.saw(stored.position);
    }
    if (era === this.era) this.live.set(id, loaded);
    return loaded;
  }

  private saw(position: number): void {
    if (this.newest === null || position > this.newest) this.newest = position;
  }
}
