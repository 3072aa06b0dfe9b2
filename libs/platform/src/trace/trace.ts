import { randomFillSync } from 'node:crypto';

const shape = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const zero = /^0+$/;

/**
 * The `traceparent` (W3C Trace Context, level 1) of a piece of work: the caller's trace with a span of our own,
 * or a new trace when the caller sent none that is valid.
 */
export function traceparentFrom(received: string | undefined): string {
  if (received === undefined) {
    const ids = randomHex(24);
    return `00-${ids.slice(0, 32)}-${ids.slice(32)}-00`;
  }
  const [, traceId = '', parentId = '', flags = '00'] = shape.exec(received) ?? [];
  const known = traceId !== '' && !zero.test(traceId) && !zero.test(parentId);
  return `00-${known ? traceId : randomHex(16)}-${randomHex(8)}-${known ? flags : '00'}`;
}

/** Randomness is fetched a few hundred ids at a time: each fetch costs as much as a short query. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
