import { tagOf, type TypedColumn } from './cbor-typed-array.js';

const usualBytes = 64 * 1024;
/** A single larger message must not keep its room for ever. */
const mostKeptBytes = 1024 * 1024;
const shortText = 40;

/** Where a message is put together; used up before anybody else can ask. */
let room = Buffer.allocUnsafeSlow(usualBytes);
let end = 0;

/** Encodes plain objects, arrays, text, numbers, booleans, null and typed arrays with definite lengths; `undefined` fields are left out. */
export function encodeCbor(value: unknown): Uint8Array {
  end = 0;
  write(value);
  const bytes = Buffer.allocUnsafe(end);
  room.copy(bytes, 0, 0, end);
  if (room.length > mostKeptBytes) room = Buffer.allocUnsafeSlow(usualBytes);
  return bytes;
}

function reserve(bytes: number): void {
  if (end + bytes <= room.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(2 * room.length, end + bytes));
  room.copy(larger, 0, 0, end);
  room = larger;
}

function head(major: number, argument: number): void {
  reserve(9);
  const kind = major << 5;
  if (argument < 24) room[end++] = kind | argument;
  else if (argument < 0x100) {
    room[end++] = kind | 24;
    room[end++] = argument;
  } else if (argument < 0x10000) {
    room[end++] = kind | 25;
    end = room.writeUInt16BE(argument, end);
  } else if (argument < 0x100000000) {
    room[end++] = kind | 26;
    end = room.writeUInt32BE(argument, end);
  } else {
    room[end++] = kind | 27;
    end = room.writeBigUInt64BE(BigInt(argument), end);
  }
}

function simple(byte: number): void {
  reserve(1);
  room[end++] = byte;
}

function write(value: unknown): void {
  if (value === null) simple(0xf6);
  else if (typeof value === 'boolean') simple(value ? 0xf5 : 0xf4);
  else if (typeof value === 'number') writeNumber(value);
  else if (typeof value === 'string') writeText(value);
  else if (Array.isArray(value)) {
    head(4, value.length);
    for (const item of value) write(item);
  } else if (isColumn(value)) writeColumn(value);
  else if (typeof value === 'object') {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    head(5, fields.length);
    for (const [name, field] of fields) {
      writeText(name);
      write(field);
    }
  } else throw new TypeError(`no CBOR for ${typeof value}`);
}

function writeNumber(value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    if (value >= 0) head(0, value);
    else head(1, -1 - value);
    return;
  }
  simple(0xfb);
  reserve(8);
  end = room.writeDoubleBE(value, end);
}

function writeText(value: string): void {
  if (value.length <= shortText && writeAscii(value)) return;
  const bytes = Buffer.byteLength(value, 'utf8');
  head(3, bytes);
  reserve(bytes);
  end += room.write(value, end, 'utf8');
}

/** Names and ids without a call out of the engine; false, with nothing written, for other text. */
function writeAscii(value: string): boolean {
  const before = end;
  head(3, value.length);
  reserve(value.length);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0x7f) {
      end = before;
      return false;
    }
    room[end++] = code;
  }
  return true;
}

function writeColumn(column: TypedColumn): void {
  head(6, tagOf(column));
  head(2, column.byteLength);
  reserve(column.byteLength);
  room.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), end);
  end += column.byteLength;
}

const isColumn = (value: unknown): value is TypedColumn =>
  value instanceof Float32Array || value instanceof Float64Array || value instanceof Int16Array;
