import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { batchesPerSecond, checkInRequestsPerSecond, recordingsPerSecond } from './limits.js';
import { RateLimit } from './rate-limit.js';

test.each([
  ['batches', batchesPerSecond, 1_000],
  ['check-ins', checkInRequestsPerSecond, 20],
  ['recordings', recordingsPerSecond, 50],
])('a sender may make %s at the rate that is promised', (_what, limit, promised) =>
  expect(limit).toBe(promised),
);

test('given as many as a second allows at once, then the next is refused, half a second brings half, and another sender is not concerned', () => {
  let now = 0;
  const rate = new RateLimit(1_000, () => now);
  const taken = (sender: string, times: number) =>
    Array.from({ length: times }, () => rate.take(sender)).filter(Boolean).length;
  expect(taken('ana', 1_200)).toBe(1_000);
  now = 500;
  expect(taken('ana', 1_200)).toBe(500);
  expect(taken('ben', 1_200)).toBe(1_000);
  now = 60_000;
  expect(taken('ana', 1_200)).toBe(1_000);
});

test('given senders at any moments, then each is judged as if nothing was ever forgotten', () => {
  const step = fc.record({
    after: fc.constantFrom(0, 1, 30, 400, 999, 1_000, 1_001, 2_500),
    sender: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const perSecond = 3;
      let now = 10_000;
      const rate = new RateLimit(perSecond, () => now);
      const remembered = new Map<number, { tokens: number; at: number }>();
      for (const { after, sender } of steps) {
        now += after;
        const bucket = remembered.get(sender) ?? { tokens: perSecond, at: now };
        const tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
        expect(rate.take(String(sender))).toBe(tokens >= 1);
        remembered.set(sender, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
      }
    }),
  );
});
