import { MalformedError } from './malformed.js';

/** A column of samples as it travels. */
export type TypedColumn = Float32Array | Float64Array | Int16Array;

type ColumnType = {
  readonly bytes: number;
  /** Turns the byte order of every element round, in place. */
  readonly swap: (bytes: Buffer) => void;
  readonly make: (buffer: ArrayBuffer, offset: number, length: number) => TypedColumn;
};

const float32: ColumnType = {
  bytes: 4,
  swap: (bytes) => void bytes.swap32(),
  make: (buffer, offset, length) => new Float32Array(buffer, offset, length),
};
const float64: ColumnType = {
  bytes: 8,
  swap: (bytes) => void bytes.swap64(),
  make: (buffer, offset, length) => new Float64Array(buffer, offset, length),
};
const int16: ColumnType = {
  bytes: 2,
  swap: (bytes) => void bytes.swap16(),
  make: (buffer, offset, length) => new Int16Array(buffer, offset, length),
};

/** RFC 8746 tags: type and whether the bytes are big-endian. */
const types: ReadonlyMap<number, readonly [ColumnType, boolean]> = new Map([
  [85, [float32, false]],
  [86, [float64, false]],
  [77, [int16, false]],
  [81, [float32, true]],
  [82, [float64, true]],
  [73, [int16, true]],
]);

/** The tag with which a column is written: little-endian, as this machine keeps it. */
export const tagOf = (column: TypedColumn): number =>
  column instanceof Float32Array ? 85 : column instanceof Float64Array ? 86 : 77;

/** The typed array of that tag over the bytes: a view when aligned and little-endian, else a copy. @throws MalformedError */
export function typedArrayOf(tag: number, bytes: Uint8Array): TypedColumn {
  const found = types.get(tag);
  if (!found) throw new MalformedError(`CBOR tag ${tag} is not allowed`);
  const [type, bigEndian] = found;
  const length = bytes.byteLength / type.bytes;
  if (!Number.isInteger(length)) throw new MalformedError('a typed array ends within an element');
  if (!bigEndian && bytes.byteOffset % type.bytes === 0)
    return type.make(bytes.buffer as ArrayBuffer, bytes.byteOffset, length);
  const copy = new Uint8Array(bytes);
  if (bigEndian) type.swap(Buffer.from(copy.buffer));
  return type.make(copy.buffer, 0, length);
}
