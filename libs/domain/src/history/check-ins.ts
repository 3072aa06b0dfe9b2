import type { CheckInFact, Instant, KeptCheckIn } from '../model/facts.js';
import { type IdMarks, isFull, mark, marksOf, mayHave, noMarks } from './id-marks.js';
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
/** Numbers of a place, one after the other in one array: an array more is an array more to grow, and its head takes as much as two places. */
const width = 3;
const [atColumn, packedColumn, closedColumn] = [0, 1, 2] as const;

/** The columns of a list, with room at their end. One that has grown at its end shares them with the one it grew from: neither looks beyond its own length. */
interface Columns {
  /** How many places are taken. */
  taken: number;
  ids: string[];
  marks: IdMarks;
  rest: Rest[];
  /** `at`, packed and `closedBefore` of each place. */
  numbers: number[];
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
    const columns = { taken: 0, ids: [], marks: noMarks(), rest: [], numbers: [], sessions: null };
    return new CheckIns(columns, 0, nobody);
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
    const { ids, marks, rest, numbers } = this.#columns;
    const kept: number[] = [];
    for (let place = 0; place < this.length; place++)
      if (numbers[place * width + closedColumn]! < end) kept.push(place);
    if (kept.length === this.length) return this;
    const columns: Columns = {
      taken: kept.length,
      ids: kept.map((place) => ids[place]!),
      marks: marks.slice(),
      rest: kept.map((place) => rest[place]),
      numbers: kept.flatMap((place) => numbers.slice(place * width, (place + 1) * width)),
      sessions: null,
    };
    return new CheckIns(
      columns,
      kept.length,
      this.flagged.filter((each) => each.closedBefore < end),
    );
  }

  has(id: string): boolean {
    const { ids, marks } = this.#columns;
    if (!mayHave(marks, id)) return false;
    for (let place = this.length - 1; place >= 0; place--) if (ids[place] === id) return true;
    return false;
  }

  /** The whole check-in at a place. */
  get(place: number): KeptCheckIn {
    const { ids, rest, numbers } = this.#columns;
    const closedBefore = numbers[place * width + closedColumn]!;
    return unpack(ids[place]!, this.at(place), this.packed(place), rest[place], closedBefore);
  }

  get last(): KeptCheckIn | undefined {
    return this.length === 0 ? undefined : this.get(this.length - 1);
  }

  /** When the last one was; undefined when there is none. */
  get lastAt(): Instant | undefined {
    return this.length === 0 ? undefined : this.at(this.length - 1);
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
    const { numbers } = this.#columns;
    let low = 0;
    let high = this.length;
    // Most questions are about the end.
    if (high === 0 || numbers[(high - 1) * width]! < at) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[middle * width]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(place: number): Instant {
    return this.#columns.numbers[place * width + atColumn]!;
  }

  private packed(place: number): Packed {
    return this.#columns.numbers[place * width + packedColumn]!;
  }

  now(place: number): number {
    return nowOf(this.packed(place), this.#columns.rest[place]);
  }

  /** Sum of `now` from one place to before another. */
  sumOfNow(from: number, to: number): number {
    let sum = 0;
    for (let place = from; place < to; place++) sum += this.now(place);
    return sum;
  }

  during(place: number): number | undefined {
    return duringOf(this.packed(place), this.#columns.rest[place]);
  }

  nextMorning(place: number): number | undefined {
    return morningOf(this.packed(place), this.#columns.rest[place]);
  }

  /** Highest pain of a check-in (D1). */
  peak(place: number): number {
    return peakOf(this.packed(place), this.#columns.rest[place]);
  }

  understanding(place: number): number | undefined {
    return understandingOf(this.packed(place), this.#columns.rest[place]);
  }

  felt(place: number): boolean | undefined {
    return feltOf(this.packed(place), this.#columns.rest[place]);
  }

  controllable(place: number): boolean | undefined {
    return controllableOf(this.packed(place), this.#columns.rest[place]);
  }

  /** 0 without a session, else `strength`, `practice` or `stretch`. */
  kind(place: number): number {
    return kindOf(this.packed(place));
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
    const own = this.at(place);
    return own > at || (own === at && this.#columns.ids[place]! > id);
  }

  /** Columns of its own; what was worked out stands as far as nothing comes before `place`. */
  private copy(place: number): Columns {
    const { ids, marks, rest, numbers } = this.#columns;
    const { length, sessionsSoFar } = this;
    return {
      taken: length,
      ids: ids.slice(0, length),
      marks: marks.slice(),
      rest: rest.slice(0, length),
      numbers: numbers.slice(0, length * width),
      sessions: sessionsSoFar && sessionsSoFar.length <= place ? sessionsSoFar : null,
    };
  }
}

function insert(columns: Columns, place: number, fact: CheckInFact): void {
  const { taken } = columns;
  if (taken === columns.ids.length) grow(columns);
  const { ids, rest, numbers } = columns;
  if (place < taken) {
    ids.copyWithin(place + 1, place, taken);
    rest.copyWithin(place + 1, place, taken);
    numbers.copyWithin((place + 1) * width, place * width, taken * width);
  }
  const packed = pack(fact);
  const first = place * width;
  ids[place] = fact.id;
  rest[place] = isWhole(packed) ? fact : sharedOf(fact.site, fact.session);
  numbers[first + atColumn] = fact.at;
  numbers[first + packedColumn] = packed;
  numbers[first + closedColumn] = fact.closedBefore;
  columns.taken++;
  if (isFull(columns.marks, columns.taken))
    columns.marks = marksOf(ids, columns.taken, columns.marks.length * 2);
  else mark(columns.marks, fact.id);
}

function grow(columns: Columns): void {
  columns.ids = columns.ids.concat(moreTexts);
  columns.rest = columns.rest.concat(moreRests);
  columns.numbers = columns.numbers.concat(moreNumbers);
}

// Joined to numbers of their own kind, numbers stay numbers for the engine, and do not become objects of three times their size.
const moreTexts = new Array<string>(room).fill('');
const moreNumbers = new Array<number>(room * width).fill(0.5);
const moreRests = new Array<Rest>(room).fill(undefined);

const nobody: readonly CheckInFact[] = [];

const withFlagged = (flagged: readonly CheckInFact[], fact: CheckInFact): CheckInFact[] =>
  [...flagged, fact].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
