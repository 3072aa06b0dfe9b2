import { describe, expect, test } from '@jest/globals';
import { analyseRecording } from '../analysis/analyse.js';
import type { MotionReport } from '../analysis/report.js';
import type { RecordingHeader } from './header.js';

const rateHz = 100;
const count = 40 * rateHz;
const degree = Math.PI / 180;
const swing = 2 * Math.PI * 0.5;
const rotation = (t: number) => (t < 4 ? 0 : 20 * degree * (1 - Math.cos(swing * (t - 4))));
const rate = (t: number) => (t < 4 ? 0 : 20 * degree * swing * Math.sin(swing * (t - 4)));

/** A seated right thigh: internal rotation turns it about its long axis; with a tremor, so that nothing repeats itself. */
function seatedThigh(): Record<string, Float64Array> {
  const column = (value: (t: number) => number, size: number, pitch: number) =>
    Float64Array.from({ length: count }, (_, row) => value(row / rateHz) + size * Math.sin(row * pitch));
  return {
    accX: column((t) => 9.81 * Math.cos(rotation(t)), 0.01, 2.1),
    accY: column((t) => -9.81 * Math.sin(rotation(t)), 0.01, 2.3),
    accZ: column(() => 0, 0.01, 2.5),
    gyrX: column(() => 0, 0.001, 2.7),
    gyrY: column(() => 0, 0.001, 2.9),
    gyrZ: column(rate, 0.001, 3.1),
  };
}

const names = ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'];
const header: RecordingHeader = {
  name: 'seated',
  kind: 'seatedSession',
  side: 'R',
  posture: 'seated',
  neutralPoses: [[0.5, 3.5]],
  streams: [
    {
      sensor: 'thigh',
      sampleRateHz: rateHz,
      mounting: [1, 0, 0, 0],
      file: '',
      rows: count,
      columns: names.map((name) => ({ name })),
    },
  ],
};

const reportOf = (columns: Record<string, Float64Array>): MotionReport =>
  analyseRecording(header, { streams: [columns] })[0]!;
/** Rows from…to-1 of all columns replaced. */
const changed = (from: number, to: number, value: (column: Float64Array) => number) =>
  Object.fromEntries(
    Object.entries(seatedThigh()).map(([name, column]) => [
      name,
      column.slice().fill(value(column), from, to),
    ]),
  );
const worstValid = ({ valid, internalRotationDeg }: MotionReport): number => {
  let worst = 0;
  internalRotationDeg!.forEach((value, row) => {
    if (valid[row] === 1) worst = Math.max(worst, Math.abs(value - rotation(row / rateHz) / degree));
  });
  return worst;
};
const gaps = ({ flags }: MotionReport) => flags.filter(({ code }) => code === 'gap');

describe('rows that no sensor can have measured', () => {
  test('given a sound recording, then none are seen', () => {
    const report = reportOf(seatedThigh());
    expect(report.flags.filter(({ code }) => code !== 'insufficient-motion')).toEqual([]);
    expect(worstValid(report)).toBeLessThan(1);
  });

  test('given two seconds in which the last row is held on while turning, then they are a gap, not a turn that goes on', () => {
    const held = reportOf(changed(1451, 1650, (column) => column[1450]!));
    expect(gaps(held)).toEqual([{ code: 'gap', startS: 14.51, endS: 16.5 }]);
    expect(held.valid.subarray(1451, 2650).some((value) => value === 1)).toBe(false);
    expect(held.valid.subarray(2700, 4000).every((value) => value === 1)).toBe(true);
    expect(worstValid(held)).toBeLessThan(1);
  });

  test('given two seconds filled with zeros, then they are a gap', () => {
    const filled = reportOf(changed(1451, 1650, () => 0));
    expect(gaps(filled)).toEqual([{ code: 'gap', startS: 14.51, endS: 16.5 }]);
    expect(worstValid(filled)).toBeLessThan(1);
  });

  test('given a sensor at rest that repeats itself to the last digit, then nothing is missing', () => {
    const still = changed(0, 380, (column) => column[0]!);
    expect(gaps(reportOf(still))).toEqual([]);
  });

  test('given a gyroscope that says nothing while gravity turns, then no angle is claimed', () => {
    const silent = { ...seatedThigh() };
    for (const name of ['gyrX', 'gyrY', 'gyrZ']) silent[name] = new Float64Array(count);
    const report = reportOf(silent);
    expect(report.flags.map(({ code }) => code)).toContain('rejected');
    expect(report.valid.includes(1)).toBe(false);
  });
});
