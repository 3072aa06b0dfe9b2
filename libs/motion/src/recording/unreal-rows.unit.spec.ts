import { describe, expect, test } from '@jest/globals';
import { count, gaps, reportOf, seatedThigh, worstValid } from '../../testing/seated-thigh.js';

/** Rows from…to-1 of all columns replaced. */
const changed = (from: number, to: number, value: (column: Float64Array) => number) =>
  Object.fromEntries(
    Object.entries(seatedThigh()).map(([name, column]) => [
      name,
      column.slice().fill(value(column), from, to),
    ]),
  );

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
