import { type BatchHeader, sessionKeyOf, type SoundBatch } from './batch-header.js';
import { valueLimit } from './reading-columns.js';
import type { ReadingBatch } from './reading.js';
import { allowedSkewMs, parseInstant } from './time.js';

interface Span {
  readonly start: number;
  readonly end: number;
}

interface ColumnSpan extends Span {
  readonly tag: number;
  /** What every value stays below in size; undefined where the type alone sees to it. */
  readonly bound: number | undefined;
}

/** Bytes that are the same in each batch; compared four at a time. */
interface Fixed {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly rest: Uint8Array;
}

function fixedPart(at: number, bytes: Uint8Array): Fixed {
  const words = new Uint32Array(bytes.length >> 2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < words.length; i++) words[i] = view.getUint32(4 * i, true);
  return { at, bytes, words, rest: bytes.subarray(4 * words.length) };
}

interface Layout {
  readonly sequence: Span;
  readonly startedAt: Span;
  readonly columns: readonly ColumnSpan[];
}

/** Rounding must not let through what the full check would refuse. */
const margin = 1 - 1e-9;
const float32 = 85;
const float64 = 86;
const int16 = 77;

/**
 * A CBOR batch that was found good, as a pattern for those that follow: a device says the same in each, but for the sequence, the start and
 * the samples. Where the rest is the same byte for byte it need not be decoded and checked again; only what differs is looked at.
 */
export class BatchTemplate {
  private constructor(
    private readonly header: Pick<BatchHeader, 'deviceId' | 'patientId' | 'sessionId' | 'session'>,
    private readonly length: number,
    /** Where the parts lie that differ. */
    readonly layout: Layout,
    /** What lies between the parts that differ. */
    private readonly fixed: readonly Fixed[],
  ) {}

  /** Learns from the bytes of a batch that was decoded and checked; undefined for the rare forms that are decoded each time. */
  static of(bytes: Uint8Array, batch: ReadingBatch): BatchTemplate | undefined {
    const layout = layoutOf(bytes, batch);
    if (!layout) return undefined;
    const holes = [layout.sequence, layout.startedAt, ...layout.columns].sort((a, b) => a.start - b.start);
    const starts = [0, ...holes.map(({ end }) => end)];
    const ends = [...holes.map(({ start }) => start), bytes.length];
    const fixed = starts.map((at, i) => fixedPart(at, bytes.slice(at, ends[i])));
    const { deviceId, patientId, sessionId } = batch;
    const header = { deviceId, patientId, sessionId, session: sessionKeyOf(batch) };
    return new BatchTemplate(header, bytes.length, layout, fixed);
  }

  /** A batch that is like the one learned from, and good at `now` (epoch ms); undefined when only the full check can tell. */
  match(bytes: Uint8Array, now: number): SoundBatch | undefined {
    if (bytes.length !== this.length) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const { at, words, rest } of this.fixed) {
      let place = at;
      for (let i = 0; i < words.length; i++, place += 4)
        if (view.getUint32(place, true) !== words[i]) return undefined;
      for (let i = 0; i < rest.length; i++) if (bytes[place + i] !== rest[i]) return undefined;
    }
    for (const column of this.layout.columns) if (!isWithin(view, column)) return undefined;
    return this.headerIn(bytes, now);
  }

  /** A batch whose fixed parts and columns are good; undefined when its sequence or start is not. */
  headerIn(bytes: Uint8Array, now: number): SoundBatch | undefined {
    const sequence = unsigned(bytes, this.layout.sequence);
    const startedAt = parseInstant(latin(bytes, this.layout.startedAt));
    if (sequence === undefined || startedAt === undefined || startedAt > now + allowedSkewMs)
      return undefined;
    const { deviceId, patientId, sessionId, session } = this.header;
    return { deviceId, patientId, sessionId, session, sequence, startedAt, bytes };
  }

  /** A batch of this form in which only what differs is missing. */
  blank(): Buffer {
    const bytes = Buffer.allocUnsafe(this.length);
    for (const { at, bytes: part } of this.fixed) bytes.set(part, at);
    return bytes;
  }

  /** Names of the columns, in the order of the layout. */
  columnNames({ channels, offsetsMs, packets }: ReadingBatch): string[] {
    const extra = [...(offsetsMs ? ['offsetsMs'] : []), ...(packets ? ['packets'] : [])];
    return [...Object.keys(channels), ...extra];
  }
}

function layoutOf(bytes: Uint8Array, batch: ReadingBatch): Layout | undefined {
  const fields = new Map(entriesOf(bytes, 0));
  const sequence = fields.get('sequence')!;
  const startedAt = fields.get('startedAt')!;
  const channels = entriesOf(bytes, fields.get('channels')!.start);
  const scaleOf = (name: string) => Math.abs(batch.scale?.[name] ?? 1);
  const columns = [
    ...channels.map(([name, span]) => columnOf(bytes, span, scaleOf(name))),
    ...[['offsetsMs', 1e-3] as const, ['packets', 1e-4] as const].flatMap(([name, scale]) =>
      fields.has(name) ? [columnOf(bytes, fields.get(name)!, scale)] : [],
    ),
  ];
  if (!columns.every((column) => column !== undefined)) return undefined;
  return { sequence, startedAt: { ...startedAt, start: headOf(bytes, startedAt.start).next }, columns };
}

function columnOf(bytes: Uint8Array, span: Span, scale: number): ColumnSpan | undefined {
  const tag = headOf(bytes, span.start);
  const { next: start } = headOf(bytes, tag.next);
  if (tag.argument === float32 || tag.argument === float64)
    return { start, end: span.end, tag: tag.argument, bound: (valueLimit / scale) * margin };
  // The other byte order is decoded each time.
  if (tag.argument !== int16 || 2 ** 15 * scale >= valueLimit) return undefined;
  return { start, end: span.end, tag: int16, bound: undefined };
}

/** NaN fails every comparison. */
function isWithin(view: DataView, { start, end, tag, bound }: ColumnSpan): boolean {
  if (bound === undefined) return true;
  if (tag === float32) {
    for (let at = start; at < end; at += 4) if (!(Math.abs(view.getFloat32(at, true)) < bound)) return false;
  } else
    for (let at = start; at < end; at += 8) if (!(Math.abs(view.getFloat64(at, true)) < bound)) return false;
  return true;
}

/** The entries of the map that begins at `at`, in CBOR that is known to be good: name and where the value lies. */
function entriesOf(bytes: Uint8Array, at: number): [string, Span][] {
  const entries: [string, Span][] = [];
  let { argument: left, next: place } = headOf(bytes, at);
  for (; left > 0; left--) {
    const nameEnd = endOf(bytes, place);
    const name = latin(bytes, { start: headOf(bytes, place).next, end: nameEnd });
    place = endOf(bytes, nameEnd);
    entries.push([name, { start: nameEnd, end: place }]);
  }
  return entries;
}

/** Where the item ends that begins at `at`. */
function endOf(bytes: Uint8Array, at: number): number {
  const { major, argument, next } = headOf(bytes, at);
  if (major === 2 || major === 3) return next + argument;
  const items = major === 4 ? argument : major === 5 ? 2 * argument : major === 6 ? 1 : 0;
  let end = next;
  for (let i = 0; i < items; i++) end = endOf(bytes, end);
  return end;
}

/** The first bytes of an item (RFC 8949, 3): its kind, its number, and what follows them. */
function headOf(bytes: Uint8Array, at: number) {
  const major = bytes[at]! >> 5;
  const info = bytes[at]! & 31;
  const size = info < 24 ? 0 : 2 ** (info - 24);
  let argument = size === 0 ? info : 0;
  for (let i = 1; i <= size; i++) argument = argument * 256 + bytes[at + i]!;
  return { major, argument, next: at + 1 + size };
}

/** The number 0 or above that fills the span; undefined when something else does. */
function unsigned(bytes: Uint8Array, { start, end }: Span): number | undefined {
  const { major, argument, next } = headOf(bytes, start);
  return major === 0 && next === end && argument <= 1_000_000_000 ? argument : undefined;
}

function latin(bytes: Uint8Array, { start, end }: Span): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);
}
