import { createRequire } from 'node:module';
import { kafkajsVersion } from './wire.js';

/** What kafkajs looks at of its own encoders; `whole` is the buffer that the body lies in, behind some room. */
export interface Body {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  readonly [whole]?: Buffer;
}

interface Encoder {
  buf: Buffer;
  offset: number;
  [whole]?: Buffer;
  writeEncoder(value: Body): Encoder;
}

const whole = Symbol('whole');
/** For length, header and a client's name of 200 bytes. */
export const roomBytes = 4 + 10 + 200;

const require = createRequire(import.meta.url);
let done = false;

/** The body of a request, behind `roomBytes` of room in `buffer`, up to `end`. */
export function bodyIn(buffer: Buffer, end: number): Body {
  const body = buffer.subarray(roomBytes, end);
  return { buf: body, buffer: body, [whole]: buffer };
}

/**
 * kafkajs 2.2.4 copies a request into a buffer for its header and once more into one for its length, each the next power of two and filled with
 * zeros first: a request of a megabyte cost six to be written. Where there is room before a body, what comes before it is put there instead.
 * Another kafkajs copies.
 */
export function frameInPlace(): void {
  if (done || kafkajsVersion() !== '2.2.4') return;
  done = true;
  const { prototype } = require('kafkajs/src/protocol/encoder') as { prototype: Encoder };
  const { writeEncoder } = prototype;
  prototype.writeEncoder = function (value) {
    const target = value[whole];
    if (!target || target.buffer !== value.buf.buffer) return writeEncoder.call(this, value);
    const body = value.buffer;
    const start = body.byteOffset - target.byteOffset - this.offset;
    if (start < 0) return writeEncoder.call(this, value);
    this.buf.copy(target, start, 0, this.offset);
    this.offset += body.length;
    this.buf = target.subarray(start, start + this.offset);
    this[whole] = target;
    return this;
  };
}
