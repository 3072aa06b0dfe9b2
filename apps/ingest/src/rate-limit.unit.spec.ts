import { expect, test } from '@jest/globals';
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
