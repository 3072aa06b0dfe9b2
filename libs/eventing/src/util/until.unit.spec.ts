import { expect, test } from '@jest/globals';
import { countdown, until } from './until.js';

test('given several waits of one countdown, then what the first has used up is not there for the next, and nothing is left at last', async () => {
  const left = countdown(60);
  const first = left();
  expect(first).toBeLessThanOrEqual(60);
  expect(await until(() => left() < first / 2, 20_000)).toBe(true);
  expect(await until(() => false, left())).toBe(false);
  expect(left()).toBe(0);
  // What already holds is still seen.
  expect(await until(() => true, left())).toBe(true);
});
