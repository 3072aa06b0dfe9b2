import type { ColumnSpan } from '@coxa/contracts';
import type { ByteReader, ByteWriter } from './bytes.js';
import { bestOrder, differences, summed, widthOf } from './differences.js';
import type { Planes, PlaneReaders } from './planes.js';
import { type Rule, type Steps, valueOf, wholeNumbers, type WholeNumbers } from './whole-numbers.js';

/** How a column is written. The order is part of the format. */
const kinds = ['float32', 'float64', 'int16'] as const;
const ruleKinds = ['decimal', 'step', 'bits'] as const;
/** In place of a rule: float64 that no rule and no float32 gives back, as it is. */
const plain = 3;

/** A column made ready: what is said of it, and the numbers that go to the planes. */
export interface PackedColumn {
  describe(into: ByteWriter): void;
  write(planes: Planes): void;
}

/** Packs one column's bytes (little-endian, of any alignment). `steps`: what has fitted columns before it. */
export function packColumn(bytes: Uint8Array, kind: ColumnSpan['kind'], steps: Steps): PackedColumn {
  const copy = new Uint8Array(bytes).buffer;
  const rule = { kind: 'bits' } as const;
  if (kind === 'int16') {
    return ofNumbers({ rule, numbers: new Int32Array(new Int16Array(copy)), exceptions: [] }, bytes, 2);
  }
  const floats = kind === 'float32' ? new Float32Array(copy) : new Float64Array(copy);
  const found = wholeNumbers(floats, steps);
  if (found) return ofNumbers(found, bytes, floats.BYTES_PER_ELEMENT);
  const singles = floats instanceof Float32Array ? floats : asSingles(floats);
  if (!singles) return asItIs(new Uint8Array(copy));
  return ofNumbers({ rule, numbers: ordered(new Int32Array(singles.buffer)), exceptions: [] }, bytes, 0);
}

/** Undoes `packColumn`: reads what was said of the column, then its numbers, into `target`. */
export function unpackColumn(
  meta: ByteReader,
  planes: PlaneReaders,
  target: Uint8Array,
  kind: ColumnSpan['kind'],
): void {
  const how = meta.byte();
  const count = target.length / bytesOf(kind);
  if (how === plain) {
    const parts = planes.plain(count);
    for (let b = 0; b < 8; b++) for (let i = 0; i < count; i++) target[8 * i + b] = parts[b]![i]!;
    return;
  }
  const rule = readRule(meta, how);
  const order = meta.byte();
  const width = meta.byte();
  const size = bytesOf(kind);
  const exceptions = readExceptions(meta, size);
  const numbers = summed(planes.numbers(width, count), order);
  target.set(new Uint8Array(valuesOf(numbers, rule, kind).buffer));
  for (const { place, value } of exceptions) target.set(value, place * size);
}

const bytesOf = (kind: ColumnSpan['kind']): number => (kind === 'float32' ? 4 : kind === 'float64' ? 8 : 2);

function ofNumbers(
  { rule, numbers, exceptions }: WholeNumbers,
  bytes: Uint8Array,
  size: number,
): PackedColumn {
  const order = bestOrder(numbers);
  const folded = differences(numbers, order);
  const width = widthOf(folded);
  return {
    describe(into) {
      into.byte(ruleKinds.indexOf(rule.kind));
      if (rule.kind === 'decimal') into.byte(rule.decimals);
      if (rule.kind === 'step') into.double(rule.step);
      into.byte(order);
      into.byte(width);
      into.varint(exceptions.length);
      for (const place of exceptions) {
        into.varint(place);
        into.push(bytes.subarray(place * size, (place + 1) * size));
      }
    },
    write: (planes) => planes.numbers(folded, width),
  };
}

const asItIs = (bytes: Uint8Array): PackedColumn => ({
  describe: (into) => into.byte(plain),
  write: (planes) => planes.plain(bytes),
});

function readRule(meta: ByteReader, how: number): Rule {
  const kind = ruleKinds[how];
  if (kind === 'decimal') return { kind, decimals: meta.byte() };
  if (kind === 'step') return { kind, step: meta.double() };
  if (kind === 'bits') return { kind };
  throw new RangeError('a column was packed in an unknown way');
}

function readExceptions(meta: ByteReader, size: number): { place: number; value: Buffer }[] {
  return Array.from({ length: meta.varint() }, () => ({ place: meta.varint(), value: meta.take(size) }));
}

function valuesOf(numbers: Int32Array, rule: Rule, kind: ColumnSpan['kind']) {
  if (kind === 'int16') return new Int16Array(numbers);
  if (rule.kind === 'bits') {
    const singles = new Float32Array(ordered(numbers).buffer);
    return kind === 'float32' ? singles : new Float64Array(singles);
  }
  const single = kind === 'float32';
  const values = single ? new Float32Array(numbers.length) : new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) values[i] = valueOf(rule, numbers[i]!, single);
  return values;
}

/** Doubles that single precision holds as well; undefined when one is not among them. NaN has many forms, so it is none. */
function asSingles(column: Float64Array): Float32Array | undefined {
  const singles = new Float32Array(column.length);
  for (let i = 0; i < column.length; i++) {
    singles[i] = column[i]!;
    if (!Object.is(singles[i], column[i]) || Number.isNaN(column[i])) return undefined;
  }
  return singles;
}

/** Bit patterns of floats as numbers in the order of the floats, and back: neighbours in value are neighbours in number. */
function ordered(bits: Int32Array): Int32Array {
  const turned = new Int32Array(bits.length);
  for (let i = 0; i < bits.length; i++) turned[i] = bits[i]! < 0 ? bits[i]! ^ 0x7fffffff : bits[i]!;
  return turned;
}

export const columnKinds = kinds;
