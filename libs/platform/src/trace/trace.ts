import { randomFillSync } from 'node:crypto';

const shape = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const zero = /^0+$/;

/**
 * The `traceparent` (W3C Trace Context, level 1) of a piece of work: the caller's trace with a span of our own,
 * or a new trace when the caller sent none that is valid.
 */
export function traceparentFrom(received: string | undefined): string {
  if (received === undefined) return newTrace();
  const [, traceId = '', parentId = '', flags = '00'] = shape.exec(received) ?? [];
  const known = traceId !== '' && !zero.test(traceId) && !zero.test(parentId);
  return `00-${known ? traceId : randomHex(16)}-${randomHex(8)}-${known ? flags : '00'}`;
}

/** `00-`, the trace, `-`, the span, `-00`: where the digits of the two stand. */
const form = Buffer.from('00-00000000000000000000000000000000-0000000000000000-00', 'latin1');
const placesOfDigits = Array.from({ length: 24 }, (_, i) => (i < 16 ? 3 + 2 * i : 36 + 2 * (i - 16)));
const digits = Buffer.from('0123456789abcdef', 'latin1');

/** One flat text: put together of parts it is copied once more by whoever writes it down. */
function newTrace(): string {
  const from = random(24);
  for (let i = 0; i < placesOfDigits.length; i++) {
    const byte = pool[from + i]!;
    form[placesOfDigits[i]!] = digits[byte >> 4]!;
    form[placesOfDigits[i]! + 1] = digits[byte & 15]!;
  }
  return form.toString('latin1');
}

/** Randomness is fetched a few hundred ids at a time: each fetch costs as much as a short query. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

/** Where in the pool so many new random bytes begin. */
function random(bytes: number): number {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return used - bytes;
}

function randomHex(bytes: number): string {
  const from = random(bytes);
  return pool.toString('hex', from, from + bytes);
}
