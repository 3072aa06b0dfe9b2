import type { CheckInFact, Instant, KeptCheckIn } from '../model/facts.js';
import {
  controllableOf,
  duringOf,
  feltOf,
  isWhole,
  kindOf,
  morningOf,
  nowOf,
  pack,
  type Packed,
  peakOf,
  type Rest,
  type Shared,
  understandingOf,
  unpack,
} from './packed-check-in.js';
import { sharedOf } from './shared.js';
import type { SessionsSoFar } from './strength-session.js';

/** Columns grow by this many places: what a program's arrays add by themselves would be half of the list again. */
const room = 16;

/** The columns of a list, with room at their end. One that has grown at its end shares them with the one it grew from: neither looks beyond its own length. */
interface Columns {
  /** How many places are taken. */
  taken: number;
  ids: string[];
  at: Instant[];
  packed: Packed[];
  rest: Rest[];
  closedBefore: Instant[];
  /** What has been worked out of them. */
  sessions: SessionsSoFar | null;
}

/**
 * The check-ins of one person by `at`, then `id` (D1). A list is never changed: `with` gives another. It lies in columns: they take a third of
 * the memory of objects, and a rule reads one thing of many check-ins. A place counts from 0.
 */
export class CheckIns implements Iterable<KeptCheckIn> {
  readonly #columns: Columns;

  private constructor(
    columns: Columns,
    readonly length: number,
    /** Those with flags. */
    readonly flagged: readonly CheckInFact[],
  ) {
    this.#columns = columns;
  }

  static none(): CheckIns {
    const columns = { taken: 0, ids: [], at: [], packed: [], rest: [], closedBefore: [], sessions: null };
    return new CheckIns(columns, 0, []);
  }

  /** A list with one more. */
  with(fact: CheckInFact): CheckIns {
    let place = this.length;
    while (place > 0 && this.isAfter(place - 1, fact)) place--;
    const newest = this.#columns.taken === this.length;
    const columns = newest && place === this.length ? this.#columns : this.copy(place);
    insert(columns, place, fact);
    const flagged = fact.flags.length === 0 ? this.flagged : withFlagged(this.flagged, fact);
    return new CheckIns(columns, this.length + 1, flagged);
  }

  /** Those up to an instant, it included. */
  until(at: Instant): CheckIns {
    const length = this.first(at + 1);
    if (length === this.length) return this;
    return new CheckIns(
      this.#columns,
      length,
      this.flagged.filter((each) => each.at <= at),
    );
  }

  /** Those that came before the week that ends at an instant was closed. */
  receivedBefore(end: Instant): CheckIns {
    const { closedBefore } = this.#columns;
    const kept: number[] = [];
    for (let place = 0; place < this.length; place++) if (closedBefore[place]! < end) kept.push(place);
    if (kept.length === this.length) return this;
    const { ids, at, packed, rest } = this.#columns;
    const columns: Columns = {
      taken: kept.length,
      ids: kept.map((place) => ids[place]!),
      at: kept.map((place) => at[place]!),
      packed: kept.map((place) => packed[place]!),
      rest: kept.map((place) => rest[place]),
      closedBefore: kept.map((place) => closedBefore[place]!),
      sessions: null,
    };
    return new CheckIns(
      columns,
      kept.length,
      this.flagged.filter((each) => each.closedBefore < end),
    );
  }

  has(id: string): boolean {
    const { ids } = this.#columns;
    for (let place = this.length - 1; place >= 0; place--) if (ids[place] === id) return true;
    return false;
  }

  /** The whole check-in at a place. */
  get(place: number): KeptCheckIn {
    const { ids, at, packed, rest, closedBefore } = this.#columns;
    return unpack(ids[place]!, at[place]!, packed[place]!, rest[place], closedBefore[place]!);
  }

  get last(): KeptCheckIn | undefined {
    return this.length === 0 ? undefined : this.get(this.length - 1);
  }

  /** When the last one was; undefined when there is none. */
  get lastAt(): Instant | undefined {
    return this.length === 0 ? undefined : this.#columns.at[this.length - 1];
  }

  *[Symbol.iterator](): Iterator<KeptCheckIn> {
    for (let place = 0; place < this.length; place++) yield this.get(place);
  }

  /** Whole check-ins with `from` ≤ at < `to`. */
  within(from: Instant, to: Instant): KeptCheckIn[] {
    const found: KeptCheckIn[] = [];
    for (let place = this.first(from), end = this.first(to); place < end; place++)
      found.push(this.get(place));
    return found;
  }

  /** Place of the first check-in at or after an instant; the length when there is none. */
  first(at: Instant): number {
    const column = this.#columns.at;
    let low = 0;
    let high = this.length;
    // Most questions are about the end.
    if (high === 0 || column[high - 1]! < at) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (column[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(place: number): Instant {
    return this.#columns.at[place]!;
  }

  now(place: number): number {
    return nowOf(this.#columns.packed[place]!, this.#columns.rest[place]);
  }

  /** Sum of `now` from one place to before another. */
  sumOfNow(from: number, to: number): number {
    const { packed, rest } = this.#columns;
    let sum = 0;
    for (let place = from; place < to; place++) sum += nowOf(packed[place]!, rest[place]);
    return sum;
  }

  during(place: number): number | undefined {
    return duringOf(this.#columns.packed[place]!, this.#columns.rest[place]);
  }

  nextMorning(place: number): number | undefined {
    return morningOf(this.#columns.packed[place]!, this.#columns.rest[place]);
  }

  /** Highest pain of a check-in (D1). */
  peak(place: number): number {
    return peakOf(this.#columns.packed[place]!, this.#columns.rest[place]);
  }

  understanding(place: number): number | undefined {
    return understandingOf(this.#columns.packed[place]!, this.#columns.rest[place]);
  }

  felt(place: number): boolean | undefined {
    return feltOf(this.#columns.packed[place]!, this.#columns.rest[place]);
  }

  controllable(place: number): boolean | undefined {
    return controllableOf(this.#columns.packed[place]!, this.#columns.rest[place]);
  }

  /** 0 without a session, else `strength`, `practice` or `stretch` of the  */
  kind(place: number): number {
    return kindOf(this.#columns.packed[place]!);
  }

  session(place: number): Shared['session'] {
    return this.#columns.rest[place]?.session;
  }

  /** What was worked out of this list, or one that it grew from; null when nothing fits. */
  get sessionsSoFar(): SessionsSoFar | null {
    const { sessions } = this.#columns;
    return sessions && sessions.length <= this.length ? sessions : null;
  }

  /** Remembers what was worked out; only for the newest list of its columns. */
  rememberSessions(sessions: SessionsSoFar): void {
    if (this.length === this.#columns.taken) this.#columns.sessions = sessions;
  }

  private isAfter(place: number, { at, id }: CheckInFact): boolean {
    const own = this.#columns.at[place]!;
    return own > at || (own === at && this.#columns.ids[place]! > id);
  }

  /** Columns of its own; what was worked out stands as far as nothing comes before `place`. */
  private copy(place: number): Columns {
    const { ids, at, packed, rest, closedBefore } = this.#columns;
    const { length, sessionsSoFar } = this;
    return {
      taken: length,
      ids: ids.slice(0, length),
      at: at.slice(0, length),
      packed: packed.slice(0, length),
      rest: rest.slice(0, length),
      closedBefore: closedBefore.slice(0, length),
      sessions: sessionsSoFar && sessionsSoFar.length <= place ? sessionsSoFar : null,
    };
  }
}

function insert(columns: Columns, place: number, fact: CheckInFact): void {
  const { taken } = columns;
  if (taken === columns.ids.length) grow(columns);
  const { ids, at, packed, rest, closedBefore } = columns;
  if (place < taken)
    for (const column of [ids, at, packed, rest, closedBefore]) column.copyWithin(place + 1, place, taken);
  ids[place] = fact.id;
  at[place] = fact.at;
  packed[place] = pack(fact);
  rest[place] = isWhole(packed[place]) ? fact : sharedOf(fact.site, fact.session);
  closedBefore[place] = fact.closedBefore;
  columns.taken++;
}

function grow(columns: Columns): void {
  columns.ids = columns.ids.concat(moreTexts);
  columns.at = columns.at.concat(moreInstants);
  columns.packed = columns.packed.concat(moreNumbers);
  columns.rest = columns.rest.concat(moreRests);
  columns.closedBefore = columns.closedBefore.concat(moreInstants);
}

// Joined to numbers of their own kind, numbers stay numbers for the engine, and do not become objects of three times their size.
const moreTexts = new Array<string>(room).fill('');
const moreInstants = new Array<Instant>(room).fill(0.5);
const moreNumbers = new Array<Packed>(room).fill(0);
const moreRests = new Array<Rest>(room).fill(undefined);

const withFlagged = (flagged: readonly CheckInFact[], fact: CheckInFact): CheckInFact[] =>
  [...flagged, fact].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
