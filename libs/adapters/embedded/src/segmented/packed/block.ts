import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { columnSpans, type ColumnSpan } from '@coxa/contracts/cbor-columns';
import { ByteReader, ByteWriter } from './bytes.js';
import { columnKinds, packColumn, type PackedColumn, unpackColumn } from './column-codec.js';
import { planeCount, PlaneReaders, Planes } from './planes.js';
import { Slices } from './slices.js';
import type { Steps } from './whole-numbers.js';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);
/** What is packed less well than this is kept as it is. */
const worth = 0.95;

/** Where the values of records lie in some frames. */
export interface ValueSpan {
  readonly start: number;
  readonly end: number;
}

interface Column extends ColumnSpan {
  /** Which of its record's columns it is. */
  readonly ordinal: number;
}

/**
 * Packs frames: the columns of samples within become whole numbers, differences and planes of bytes; these, and what is left, are deflated each by
 * itself. Columns of the same place in their records go one after the other, so that like is beside like.
 */
export async function packBlock(
  raw: Buffer,
  values: readonly ValueSpan[],
  steps: Steps,
  slices = new Slices(),
): Promise<Buffer> {
  const columns: Column[] = [];
  for (const value of values) {
    columns.push(...columnsIn(raw, value));
    if (slices.over) await slices.pause();
  }
  const rest = new ByteWriter(raw.length);
  const meta = new ByteWriter();
  const packed = new Map<Column, PackedColumn>();
  let end = 0;
  meta.varint(columns.length);
  for (const column of columns) {
    rest.push(raw.subarray(end, column.start));
    meta.varint(column.start - end);
    meta.varint(column.end - column.start);
    meta.byte(columnKinds.indexOf(column.kind));
    meta.varint(column.ordinal);
    end = column.end;
    packed.set(column, packColumn(raw.subarray(column.start, column.end), column.kind, steps));
    if (slices.over) await slices.pause();
  }
  rest.push(raw.subarray(end));
  const said = new ByteWriter();
  const planes = new Planes();
  for (const column of byOrdinal(columns)) {
    packed.get(column)!.describe(said);
    packed.get(column)!.write(planes);
    if (slices.over) await slices.pause();
  }
  const target = new ByteWriter(raw.length / 2);
  for (const stream of [rest.written(), meta.written(), said.written(), ...planes.written()])
    await writeStream(target, stream);
  return target.written();
}

/** Undoes `packBlock`: the very bytes. @throws Error when they were not made by it */
export async function unpackBlock(packed: Buffer, rawLength: number, slices = new Slices()): Promise<Buffer> {
  const source = new ByteReader(packed);
  const streams: ByteReader[] = [];
  for (let i = 0; i < 3 + planeCount; i++) streams.push(new ByteReader(await readStream(source)));
  const [rest, meta, said, ...planes] = streams as [ByteReader, ByteReader, ByteReader, ...ByteReader[]];
  const raw = Buffer.allocUnsafeSlow(rawLength);
  const columns: Column[] = [];
  let end = 0;
  for (let left = meta.varint(); left > 0; left--) {
    const start = end + meta.varint();
    raw.set(rest.take(start - end), end);
    end = start + meta.varint();
    columns.push({ start, end, kind: columnKinds[meta.byte()]!, ordinal: meta.varint() });
  }
  raw.set(rest.take(rawLength - end), end);
  const readers = new PlaneReaders(planes);
  for (const { start, end, kind } of byOrdinal(columns)) {
    unpackColumn(said, readers, raw.subarray(start, end), kind);
    if (slices.over) await slices.pause();
  }
  return raw;
}

const columnsIn = (raw: Buffer, { start, end }: ValueSpan): Column[] =>
  columnSpans(raw.subarray(start, end)).map((span, ordinal) => ({
    start: start + span.start,
    end: start + span.end,
    kind: span.kind,
    ordinal,
  }));

const byOrdinal = (columns: readonly Column[]): Column[] =>
  [...columns].sort((a, b) => a.ordinal - b.ordinal || a.start - b.start);

async function writeStream(target: ByteWriter, stream: Buffer): Promise<void> {
  const small = stream.length < 16 ? undefined : await deflate(stream);
  const kept = small && small.length < stream.length * worth ? small : stream;
  target.varint(stream.length);
  target.varint(kept.length);
  target.push(kept);
}

async function readStream(source: ByteReader): Promise<Buffer> {
  const length = source.varint();
  const kept = source.take(source.varint());
  return kept.length === length ? kept : inflate(kept, { maxOutputLength: length });
}
