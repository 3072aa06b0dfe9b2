import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tumbling } from '../../testing/tumbling.js';
import { type ImuSamples, lost, offlineVqf, Vqf } from './index.js';

const period = 0.01;
const whole = tumbling(1500, period);
const cut = ({ acc, gyr, mag }: ImuSamples, from: number, to: number): ImuSamples => ({
  acc: acc.subarray(from * 3, to * 3),
  gyr: gyr.subarray(from * 3, to * 3),
  mag: mag!.subarray(from * 3, to * 3),
});

describe('the streaming filter', () => {
  test('given chunks of any size, when they are taken one after the other, then the result is that of one piece, bit for bit', () => {
    const batch = new Vqf(period).process(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), 1500];
        const filter = new Vqf(period);
        for (let i = 1; i < edges.length; i++) {
          const from = edges[i - 1]!;
          const { quat6D, quat9D, bias } = filter.process(cut(whole, from, edges[i]!));
          expect(quat6D).toEqual(batch.quat6D.subarray(from * 4, edges[i]! * 4));
          expect(quat9D).toEqual(batch.quat9D!.subarray(from * 4, edges[i]! * 4));
          expect(bias).toEqual(batch.bias.subarray(from * 3, edges[i]! * 3));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('given a saved state, when another filter goes on from it, then it goes on bit for bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1500 }), (at) => {
        const first = new Vqf(period);
        first.process(cut(whole, 0, at));
        const second = new Vqf(period);
        second.process(cut(whole, 100, 700));
        second.restore(first.save());
        expect(second.process(cut(whole, at, 1500))).toEqual(first.process(cut(whole, at, 1500)));
        expect(second.save()).toEqual(first.save());
      }),
      { numRuns: 20 },
    );
  });

  test('given the state of something else, when restored, then it is refused', () => {
    expect(() => new Vqf(period).restore(new Float64Array(3))).toThrow(RangeError);
    expect(() => new Vqf(0)).toThrow(RangeError);
  });

  test('given samples of zeros, upside-down or in one place, when filtered, then every quaternion is a finite unit one', () => {
    const zeros = { acc: new Float64Array(300), gyr: new Float64Array(300), mag: new Float64Array(300) };
    const upsideDown = { ...zeros, acc: zeros.acc.map((_, i) => (i % 3 === 2 ? -9.81 : 0)) };
    for (const samples of [zeros, upsideDown])
      for (const { quat6D, quat9D } of [new Vqf(period).process(samples), offlineVqf(samples, period)])
        for (const quats of [quat6D, quat9D!])
          for (let i = 0; i < quats.length; i += 4)
            expect(Math.hypot(...quats.subarray(i, i + 4))).toBeCloseTo(1, 9);
  });

  test('given rows that were lost, when filtered, then nothing is integrated over them', () => {
    const rows = new Uint8Array(1500);
    rows.fill(lost, 500, 600);
    const { quat6D } = new Vqf(period).process({ ...whole, rows });
    expect(quat6D.subarray(599 * 4, 600 * 4)).toEqual(quat6D.subarray(499 * 4, 500 * 4));
  });
});
