import { describe, expect, test } from '@jest/globals';
import { traceparentFrom } from './trace.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('traceparent', () => {
  test('given a valid one, the trace goes on under a span of our own', () => {
    const made = traceparentFrom(`00-${traceId}-00f067aa0ba902b7-01`);
    expect(made).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(made).not.toContain('00f067aa0ba902b7');
  });

  test.each([
    ['none', undefined],
    ['nonsense', 'hello'],
    ['the forbidden version', `ff-${traceId}-00f067aa0ba902b7-01`],
    ['an all-zero trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['an all-zero parent', `00-${traceId}-${'0'.repeat(16)}-01`],
  ])('given %s, a new trace begins', (_what, received) => {
    const made = traceparentFrom(received);
    expect(made).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(made).not.toContain(traceId);
  });

  test('no two new traces are the same', () => {
    const made = Array.from({ length: 2_000 }, () => traceparentFrom(undefined));
    expect(new Set(made.map((each) => each.slice(3, 35))).size).toBe(2_000);
    expect(new Set(made.map((each) => each.slice(36, 52))).size).toBe(2_000);
  });
});
