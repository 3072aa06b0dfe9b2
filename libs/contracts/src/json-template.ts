import type { SoundBatch } from './batch-header.js';
import type { BatchTemplate } from './batch-template.js';
import type { ReadingBatch } from './reading.js';

/** Digits that a double holds exactly, whichever they are. */
const exactDigits = 15;
const powersOfTen = Array.from({ length: exactDigits + 1 }, (_, k) => 10 ** k);
const numberShape = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const space = 0x20;
const bracket = 0x5d;

interface Part {
  /** Text that must stand before the hole, byte for byte. */
  readonly before: Uint8Array;
  /** What fills it: `sequence`, `startedAt`, or a column by its place in the log's form; null: nothing, the text ends. */
  readonly hole: 'sequence' | 'startedAt' | number | null;
}

/**
 * The same for JSON as `BatchTemplate` is for CBOR: a batch that was found good, as a pattern for those that follow. Numbers go straight from
 * the text into the columns that the log keeps; no object is made on the way.
 */
export class JsonTemplate {
  private constructor(
    private readonly parts: readonly Part[],
    private readonly form: BatchTemplate,
  ) {}

  /** Learns from a text that was parsed and checked, and the log's form of it; undefined for the rare texts that are parsed each time. */
  static of(text: Uint8Array, batch: ReadingBatch, form: BatchTemplate): JsonTemplate | undefined {
    const holes = holesOf(text, [...form.columnNames(batch)]);
    if (!holes) return undefined;
    holes.sort((a, b) => a.start - b.start);
    const starts = [0, ...holes.map(({ end }) => end)];
    const parts = starts.map((start, i): Part => ({
      before: text.slice(start, holes[i]?.start ?? text.length),
      hole: holes[i]?.hole ?? null,
    }));
    return new JsonTemplate(parts, form);
  }

  /** The log's form of a text like the one learned from, and good at `now` (epoch ms); undefined when only the full check can tell. */
  match(text: Uint8Array, now: number): SoundBatch | undefined {
    const bytes = this.form.blank();
    const reader = new Reader(text, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    for (const { before, hole } of this.parts) {
      if (!reader.same(before)) return undefined;
      if (hole === null) break;
      if (!this.fill(hole, reader, bytes)) return undefined;
    }
    if (!reader.atEnd) return undefined;
    return this.form.headerIn(bytes, now);
  }

  private fill(hole: 'sequence' | 'startedAt' | number, reader: Reader, bytes: Uint8Array): boolean {
    const { sequence, startedAt, columns } = this.form.layout;
    switch (hole) {
      case 'sequence':
        return reader.integer(sequence);
      case 'startedAt':
        return reader.text(startedAt, bytes);
      default:
        return reader.numbers(columns[hole]!);
    }
  }
}

type Span = { readonly start: number; readonly end: number };

class Reader {
  private at = 0;

  constructor(
    private readonly from: Uint8Array,
    private readonly to: DataView,
  ) {}

  get atEnd(): boolean {
    return this.at === this.from.length;
  }

  same(expected: Uint8Array): boolean {
    const { from, at } = this;
    for (let i = 0; i < expected.length; i++) if (from[at + i] !== expected[i]) return false;
    this.at += expected.length;
    return true;
  }

  /** A whole number of up to nine digits as a CBOR integer of four bytes. */
  integer({ start }: Span): boolean {
    const first = this.at;
    let value = 0;
    for (; isDigit(this.from[this.at]); this.at++) value = value * 10 + this.from[this.at]! - 0x30;
    const digits = this.at - first;
    if (digits === 0 || digits > 9 || (digits > 1 && this.from[first] === 0x30)) return false;
    this.to.setUint8(start, 0x1a);
    this.to.setUint32(start + 1, value);
    return true;
  }

  /** Text of the length learned, up to its quote. Its form is looked at later. */
  text({ start, end }: Span, into: Uint8Array): boolean {
    const length = end - start;
    if (this.from[this.at + length] !== quote) return false;
    into.set(this.from.subarray(this.at, this.at + length), start);
    this.at += length;
    return true;
  }

  /** As many numbers as were learned, up to the bracket, each below the bound. */
  numbers({ start, end, bound }: Span & { readonly bound: number | undefined }): boolean {
    for (let place = start; place < end; place += 8) {
      if (place > start) {
        if (this.from[this.at] !== comma) return false;
        this.at++;
        if (this.from[this.at] === space) this.at++;
      }
      const value = this.number();
      if (!(Math.abs(value) < bound!)) return false;
      this.to.setFloat64(place, value, true);
    }
    return this.from[this.at] === bracket;
  }

  /**
   * One number, NaN for what is none. Up to 15 digits without exponent are an integer over a power of ten, both exact, so that their quotient
   * is the double nearest to the text (Clinger 1990); the rest is left to the engine.
   */
  private number(): number {
    const { from } = this;
    const first = this.at;
    let at = from[first] === minus ? first + 1 : first;
    const whole = at;
    let digits = 0;
    for (; isDigit(from[at]); at++) digits = digits * 10 + from[at]! - 0x30;
    const leading = at - whole;
    let decimals = 0;
    if (from[at] === dot) {
      const point = at++;
      for (; isDigit(from[at]); at++) digits = digits * 10 + from[at]! - 0x30;
      decimals = at - point - 1;
      if (decimals === 0) return NaN;
    }
    const plain = from[at] === comma || from[at] === bracket;
    if (!plain || leading === 0 || leading + decimals > exactDigits) return this.slowNumber();
    if (leading > 1 && from[whole] === 0x30) return NaN;
    this.at = at;
    const value = decimals === 0 ? digits : digits / powersOfTen[decimals]!;
    return whole > first ? -value : value;
  }

  private slowNumber(): number {
    const first = this.at;
    let at = first;
    while (at < this.from.length && this.from[at] !== comma && this.from[at] !== bracket) at++;
    const token = Buffer.from(this.from.buffer, this.from.byteOffset + first, at - first).toString('latin1');
    if (!numberShape.test(token)) return NaN;
    this.at = at;
    return Number(token);
  }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

type Hole = Span & { readonly hole: 'sequence' | 'startedAt' | number };

/** Where the parts that differ lie in a good text; undefined when its names are written in a way that is not looked into. */
function holesOf(text: Uint8Array, columns: readonly string[]): Hole[] | undefined {
  const fields = entriesOf(text, skipSpace(text, 0));
  const channels = fields && entriesOf(text, fields.get('channels')?.start ?? 0);
  if (!fields || !channels) return undefined;
  const inside = ({ start, end }: Span): Span => ({ start: start + 1, end: end - 1 });
  const holes: (Hole | undefined)[] = columns.map((name, hole) => {
    const span = hole < channels.size ? channels.get(name) : fields.get(name);
    return span && { ...inside(span), hole };
  });
  const sequence = fields.get('sequence');
  const startedAt = fields.get('startedAt');
  if (!sequence || !startedAt) return undefined;
  holes.push({ ...sequence, hole: 'sequence' }, { ...inside(startedAt), hole: 'startedAt' });
  return holes.every((hole) => hole !== undefined) ? holes : undefined;
}

/** Names and values of the object that begins at `at`. */
function entriesOf(text: Uint8Array, at: number): Map<string, Span> | undefined {
  const entries = new Map<string, Span>();
  let place = skipSpace(text, at + 1);
  while (text[place] === quote) {
    const nameEnd = endOfValue(text, place);
    const name = Buffer.from(text.subarray(place + 1, nameEnd - 1)).toString('latin1');
    if (name.includes('\\')) return undefined;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOfValue(text, start);
    entries.set(name, { start, end });
    place = skipSpace(text, end);
    if (text[place] === comma) place = skipSpace(text, place + 1);
  }
  return entries;
}

/** Where a value of good JSON ends. */
function endOfValue(text: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const byte = text[at]!;
    if (byte === quote) {
      for (at++; text[at] !== quote; at++) if (text[at] === 0x5c) at++;
      if (depth === 0) return at + 1;
    } else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === comma || isSpace(byte))) return at;
  }
  return text.length;
}

const isSpace = (byte: number | undefined): boolean =>
  byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(text: Uint8Array, at: number): number {
  let place = at;
  while (isSpace(text[place])) place++;
  return place;
}
