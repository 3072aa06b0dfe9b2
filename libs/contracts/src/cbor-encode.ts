import { tagOf, type TypedColumn } from './cbor-typed-array.js';

/** Encodes plain objects, arrays, text, numbers, booleans, null and typed arrays with definite lengths; `undefined` fields are left out. */
export function encodeCbor(value: unknown): Uint8Array {
  const chunks: Uint8Array[] = [];
  write(value, chunks);
  return Buffer.concat(chunks);
}

function head(major: number, argument: number): Uint8Array {
  const kind = major << 5;
  if (argument < 24) return Uint8Array.of(kind | argument);
  if (argument < 0x100) return Uint8Array.of(kind | 24, argument);
  if (argument < 0x10000) return Uint8Array.of(kind | 25, argument >> 8, argument & 255);
  if (argument < 0x100000000) {
    const bytes = Buffer.alloc(5);
    bytes[0] = kind | 26;
    bytes.writeUInt32BE(argument, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = kind | 27;
  bytes.writeBigUInt64BE(BigInt(argument), 1);
  return bytes;
}

function write(value: unknown, chunks: Uint8Array[]): void {
  if (value === null) chunks.push(Uint8Array.of(0xf6));
  else if (typeof value === 'boolean') chunks.push(Uint8Array.of(value ? 0xf5 : 0xf4));
  else if (typeof value === 'number') writeNumber(value, chunks);
  else if (typeof value === 'string') writeText(value, chunks);
  else if (Array.isArray(value)) {
    chunks.push(head(4, value.length));
    for (const item of value) write(item, chunks);
  } else if (isColumn(value)) writeColumn(value, chunks);
  else if (typeof value === 'object') {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    chunks.push(head(5, fields.length));
    for (const [name, field] of fields) {
      writeText(name, chunks);
      write(field, chunks);
    }
  } else throw new TypeError(`no CBOR for ${typeof value}`);
}

function writeNumber(value: number, chunks: Uint8Array[]): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    chunks.push(value >= 0 ? head(0, value) : head(1, -1 - value));
    return;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xfb;
  bytes.writeDoubleBE(value, 1);
  chunks.push(bytes);
}

function writeText(value: string, chunks: Uint8Array[]): void {
  const bytes = Buffer.from(value, 'utf8');
  chunks.push(head(3, bytes.length), bytes);
}

function writeColumn(column: TypedColumn, chunks: Uint8Array[]): void {
  const tag = head(6, tagOf(column));
  const length = head(2, column.byteLength);
  chunks.push(tag, length, new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
}

const isColumn = (value: unknown): value is TypedColumn =>
  value instanceof Float32Array || value instanceof Float64Array || value instanceof Int16Array;
