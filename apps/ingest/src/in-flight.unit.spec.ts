import { describe, expect, test } from '@jest/globals';
import { InFlight } from './in-flight.js';

describe('what is in flight', () => {
  test('given it is full, when more comes, then 503 with Retry-After; once there is room again it is taken', async () => {
    const inFlight = new InFlight(100);
    let finish!: (value: string) => void;
    const first = inFlight.run(60, () => new Promise<string>((resolve) => (finish = resolve)));
    await expect(inFlight.run(60, async () => 'second')).rejects.toMatchObject({
      problem: { status: 503, code: 'overloaded' },
      retryAfterS: 1,
    });
    expect(await inFlight.run(40, async () => 'small')).toBe('small');
    finish('first');
    expect(await first).toBe('first');
    expect(await inFlight.run(100, async () => 'again')).toBe('again');
  });

  test('given work that fails, then its room is free again', async () => {
    const inFlight = new InFlight(1);
    for (let i = 0; i < 3; i++)
      await expect(inFlight.run(1, () => Promise.reject(new Error('full disk')))).rejects.toThrow(
        'full disk',
      );
  });
});
