import { describe, expect, test } from '@jest/globals';
import { measureRotation, type Session } from './index.js';

const rate = 50;
type Row = readonly [number, number, number, number];

/** A seated left thigh whose sensor gives quaternions: 2 s of rest, then three turns of 3 s to 20°, each row as `told` makes it. */
function seated(told: (row: Row, i: number) => Row): Session {
  const rows = Array.from({ length: 12 * rate }, (_, i) => {
    const t = i / rate - 2;
    const turned = t < 0 || t >= 9 ? 0 : (20 * (1 - Math.cos((2 * Math.PI * t) / 3))) / 2;
    const angle = (-turned * Math.PI) / 180;
    // Brings (cos, -sin, 0) of the segment up.
    const half = Math.SQRT1_2;
    return told([half, -half * Math.sin(angle), -half * Math.cos(angle), 0], i);
  });
  const channels = Object.fromEntries(
    ['quatW', 'quatX', 'quatY', 'quatZ'].map((name, k) => [name, rows.map((row) => row[k]!)]),
  );
  return {
    kind: 'orientation',
    segment: 'thigh',
    side: 'left',
    position: 'seated',
    mounting: [1, 0, 0, 0],
    batches: [{ startedAtMs: 0, sampleRateHz: rate, channels }],
  };
}

const times = ([w, x, y, z]: Row, factor: number): Row => [w * factor, x * factor, y * factor, z * factor];
const between = (from: number, to: number, i: number) => i >= from * rate && i < to * rate;

describe('rotation from quaternions that a device made', () => {
  test.each<[string, (row: Row, i: number) => Row]>([
    ['as they should be', (row) => row],
    ['some with the other sign', (row, i) => (i % 7 < 3 ? times(row, -1) : row)],
    ['regression: rounded, 2 % too long', (row) => times(row, 1.02)],
    ['regression: one of a spike', (row, i) => (i === 4 * rate ? [0.5, 0.5, 0.5, 0.5] : row)],
    ['regression: three of a spike', (row, i) => (between(4, 4.06, i) ? [0.5, 0.5, 0.5, 0.5] : row)],
    ['one that says "none"', (row, i) => (i === 4 * rate ? [0, 0, 0, 0] : row)],
  ])('given %s, then three repetitions to 20°', (_name, told) => {
    const { valuesDeg, faults } = measureRotation(seated(told));
    expect(faults).toEqual([]);
    expect(valuesDeg.map((value) => Math.round(value * 10) / 10)).toEqual([20, 20, 20]);
  });

  test.each<[string, (row: Row, i: number) => Row]>([
    ['"none" for two seconds', (row, i) => (between(5, 7, i) ? [0, 0, 0, 0] : row)],
    ['nothing else', () => [0, 0, 0, 0]],
    ['half as long as they should be', (row) => times(row, 0.5)],
  ])('regression: given %s, then it is a gap and no value is given', (_name, told) => {
    expect(measureRotation(seated(told))).toEqual({ valuesDeg: [], uncertaintyDeg: null, faults: ['gap'] });
  });
});
