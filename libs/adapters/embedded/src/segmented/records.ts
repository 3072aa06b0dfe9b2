import type { LogRecord } from '@coxa/eventing';
import { type FrameHeader, frameHeaderBytes } from './frame.js';
import { ReadMessage } from './read-message.js';
import type { WantedRecords } from './wanted.js';
import { Cursor, mostVarintBytes, writeVarint } from './varint.js';

/**
 * The records of a frame, one after the other. What a record has in common with the one before it in the frame is not said again: most of
 * them have headers of the same names, and of the values only one or two differ.
 *
 * | part | what |
 * | --- | --- |
 * | key | a text, or 0 for that of the record before |
 * | length of the value | number |
 * | names of the headers | 0 for those of the record before, else their number plus 1, and a text each |
 * | values of the headers | a text each, or 0 for that of the record before; after new names all are said |
 * | value | its bytes |
 *
 * A number is a LEB128, a text its length in bytes plus 1 and its UTF-8.
 */
export class RecordWriter {
  private key: string | undefined;
  private names: readonly string[] = [];
  private values: string[] = [];

  /** To be called before the first record of a frame. */
  begin(): void {
    this.key = undefined;
    this.names = [];
    this.values = [];
  }

  /** Writes a record into `target`, where there must be room for `mostRecordBytes`; answers where it ends. */
  write(target: Buffer, at: number, { key, headers }: LogRecord, value: Uint8Array): number {
    let end = key === this.key ? writeVarint(target, at, 0) : writeText(target, at, key);
    this.key = key;
    end = this.writeHeaders(target, writeVarint(target, end, value.length), headers);
    target.set(value, end);
    return end + value.length;
  }

  private writeHeaders(target: Buffer, at: number, headers: LogRecord['headers']): number {
    let end = at;
    if (sameNames(headers, this.names)) end = writeVarint(target, end, 0);
    else {
      this.names = Object.keys(headers);
      this.values = [];
      end = writeVarint(target, end, this.names.length + 1);
      for (const name of this.names) end = writeText(target, end, name);
    }
    const { values } = this;
    let i = 0;
    for (const name in headers) {
      const text = headers[name]!;
      if (text === values[i]) end = writeVarint(target, end, 0);
      else {
        end = writeText(target, end, text);
        values[i] = text;
      }
      i++;
    }
    return end;
  }
}

/** What a record may come to in a frame, at most. */
export function mostRecordBytes({ key, headers, value }: LogRecord): number {
  let units = key.length;
  let texts = 2;
  for (const name in headers) {
    units += name.length + headers[name]!.length;
    texts += 2;
  }
  // No unit of UTF-16 takes more than three bytes.
  return value.length + 3 * units + mostVarintBytes * (texts + 1);
}

const noValue = Buffer.alloc(0);

/** Adds the records of a checked frame, from `from` on and `limit` in all, to `into`. */
export function readRecords(
  frames: Buffer,
  at: number,
  { count, firstOffset, appendedAt }: FrameHeader,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  { from, limit, headersOnly, into }: WantedRecords,
): void {
  const said = new Said(frames, at);
  for (let i = 0; i < count && into.length < limit; i++) {
    const length = said.next();
    const offset = firstOffset + i;
    const start = said.at;
    if (offset >= from) {
      const key = said.key();
      const value = headersOnly ? noValue : frames.subarray(start, start + length);
      into.push(new ReadMessage(topic, partition, offset, key, value, said.headers(), appendedAt));
    }
    said.at = start + length;
  }
}

/** Where the values of a frame's records lie. */
export function valueSpans(
  frames: Buffer,
  at: number,
  count: number,
): { readonly start: number; readonly end: number }[] {
  const said = new Said(frames, at);
  return Array.from({ length: count }, () => {
    const length = said.next();
    const start = said.at;
    said.at = start + length;
    return { start, end: said.at };
  });
}

/** What was said last of key and headers; made a string when it is asked for, and only once. */
class Said extends Cursor {
  private keyAt = 0;
  private keyEnd = 0;
  private keyText: string | undefined = '';
  private names: string[] = [];
  private starts: number[] = [];
  private ends: number[] = [];
  private unread: boolean[] = [];
  private lately: Record<string, string> = {};

  constructor(
    private readonly frames: Buffer,
    frame: number,
  ) {
    super(frames, frame + frameHeaderBytes);
  }

  /** Goes on to the next record; answers the length of its value, before whose bytes it stands. */
  next(): number {
    const key = this.varint();
    if (key > 0) {
      this.keyAt = this.at;
      this.keyEnd = this.at += key - 1;
      this.keyText = undefined;
    }
    const length = this.varint();
    const names = this.varint();
    if (names > 0) this.readNames(names - 1);
    for (let i = 0; i < this.names.length; i++) {
      const text = this.varint();
      if (text === 0) continue;
      this.starts[i] = this.at;
      this.ends[i] = this.at += text - 1;
      this.unread[i] = true;
    }
    return length;
  }

  key(): string {
    return (this.keyText ??= readText(this.frames, this.keyAt, this.keyEnd));
  }

  headers(): Record<string, string> {
    const headers = { ...this.lately };
    for (let i = 0; i < this.names.length; i++) {
      if (!this.unread[i]) continue;
      headers[this.names[i]!] = readText(this.frames, this.starts[i]!, this.ends[i]!);
      this.unread[i] = false;
    }
    this.lately = headers;
    return headers;
  }

  private readNames(count: number): void {
    this.names = [];
    this.lately = {};
    for (let i = 0; i < count; i++) {
      const end = this.varint() - 1 + this.at;
      this.names.push(this.frames.toString('utf8', this.at, end));
      this.at = end;
    }
  }
}

/** What `toString` calls in the end; not documented, so looked for. Called directly it costs half. */
interface Slicing {
  readonly latin1Slice?: (start: number, end: number) => string;
}

/** Nearly all texts are ASCII and short: seeing that here costs less than asking for UTF-8. */
function readText(frames: Buffer & Slicing, start: number, end: number): string {
  if (frames.latin1Slice === undefined) return frames.toString('utf8', start, end);
  for (let i = start; i < end; i++) if (frames[i]! > 0x7f) return frames.toString('utf8', start, end);
  return frames.latin1Slice(start, end);
}

/** Whether these are the names, in this order. `for in` over a plain object makes no array, and knows where its values lie. */
function sameNames(headers: LogRecord['headers'], names: readonly string[]): boolean {
  let i = 0;
  for (const name in headers) if (name !== names[i++]) return false;
  return i === names.length;
}

/** Nearly all texts are ASCII and short: writing them here costs less than a call. */
function writeText(target: Buffer, at: number, text: string): number {
  const { length } = text;
  let end = writeVarint(target, at, length + 1);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return writeWideText(target, at, text);
    target[end++] = unit;
  }
  return end;
}

function writeWideText(target: Buffer, at: number, text: string): number {
  const start = writeVarint(target, at, Buffer.byteLength(text) + 1);
  return start + target.write(text, start);
}
