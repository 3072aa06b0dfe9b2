import { describe, expect, test } from '@jest/globals';
import { Tenure } from './tenure.js';

const place = (partition: number) => ({ topic: 't', partition });
const longer = 3_600_000;

describe('commits of several partitions', () => {
  test('regression: given a commit that may wait for others, when one in a hurry comes, then both go at once, in one request', async () => {
    const sent: unknown[] = [];
    const send = async (places: readonly unknown[]) => void sent.push(places);
    const tenure = new Tenure([place(0), place(1)], send, longer);
    await Promise.all([tenure.commit(place(0), 5, false), tenure.commit(place(1), 7, true)]);
    expect(sent).toEqual([
      [
        expect.objectContaining({ partition: 0, next: 5 }),
        expect.objectContaining({ partition: 1, next: 7 }),
      ],
    ]);
  });
});
