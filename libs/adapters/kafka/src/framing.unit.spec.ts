import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { type Body, bodyIn, frameInPlace, roomBytes } from './framing.js';

interface Encoded {
  readonly buffer: Buffer;
  writeInt32(value: number): Encoded;
}
type Frame = (parts: {
  readonly correlationId: number;
  readonly clientId: string;
  readonly request: { readonly apiKey: number; readonly apiVersion: number; encode(): Promise<Body> };
}) => Promise<Encoded>;

const frame = createRequire(import.meta.url)('kafkajs/src/protocol/request') as Frame;
const text = Buffer.from('what is to be written '.repeat(40_000));

/** `text` behind room in a buffer that is larger than both. */
function framed(clientId: string): { readonly room: Buffer; readonly answer: Promise<Encoded> } {
  const room = Buffer.alloc(roomBytes + text.length + 1_000, 0xee);
  text.copy(room, roomBytes);
  const encode = () => Promise.resolve(bodyIn(room, roomBytes + text.length));
  return {
    room,
    answer: frame({ correlationId: 7, clientId, request: { apiKey: 0, apiVersion: 7, encode } }),
  };
}

const copied = (clientId: string) =>
  frame({
    correlationId: 7,
    clientId,
    request: { apiKey: 0, apiVersion: 7, encode: () => Promise.resolve({ buf: text, buffer: text }) },
  });

describe('length and header before a body', () => {
  frameInPlace();

  test('are put into its room: the bytes are those that kafkajs copies together, where the body lies', async () => {
    const { room, answer } = framed('coxa');
    const { buffer } = await answer;
    expect(buffer.equals((await copied('coxa')).buffer)).toBe(true);
    expect(buffer.buffer).toBe(room.buffer);
    expect(room.subarray(roomBytes + text.length).every((byte) => byte === 0xee)).toBe(true);
  });

  test('are copied together with it when the room is too small for them', async () => {
    const long = 'c'.repeat(300);
    const { room, answer } = framed(long);
    const { buffer } = await answer;
    expect(buffer.equals((await copied(long)).buffer)).toBe(true);
    expect(buffer.buffer).not.toBe(room.buffer);
  });

  test('what is written behind it does not run into what lies there', async () => {
    const { room, answer } = framed('coxa');
    const more = (await answer).writeInt32(42);
    expect(more.buffer.readInt32BE(more.buffer.length - 4)).toBe(42);
    expect(room.subarray(roomBytes + text.length).every((byte) => byte === 0xee)).toBe(true);
  });
});
