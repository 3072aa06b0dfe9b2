import { describe, expect, test } from '@jest/globals';
import { gaps, reportOf, seatedThigh, worstValid } from '../../testing/seated-thigh.js';
import type { MotionReport } from '../analysis/report.js';

function spiked(rows: readonly (readonly [row: number, radPerS: number])[]): MotionReport {
  const columns = seatedThigh();
  for (const [row, value] of rows) columns['gyrZ']![row]! += value;
  return reportOf(columns);
}

describe('spikes of the gyroscope', () => {
  test('given one row of 15 rad/s that no body can follow, then it is taken out and said, and the angle does not turn by it', () => {
    const report = spiked([[1500, 15]]);
    expect(gaps(report)).toEqual([{ code: 'gap', startS: 15, endS: 15.01 }]);
    expect(report.valid.subarray(400).every((value) => value === 1)).toBe(true);
    expect(worstValid(report)).toBeLessThan(0.5);
  });

  test('given a spike of two rows, then both are taken out', () => {
    const report = spiked([
      [1500, 15],
      [1501, 12],
    ]);
    expect(gaps(report)).toEqual([{ code: 'gap', startS: 15, endS: 15.02 }]);
    expect(worstValid(report)).toBeLessThan(0.5);
  });

  test('given spikes so close that each hides the other, then a sensor that showed one elsewhere is searched for them', () => {
    const report = spiked([
      [1500, 15],
      [2000, 12],
      [2003, -14],
    ]);
    expect(gaps(report).map(({ startS }) => startS)).toEqual([15, 20, 20.03]);
    expect(worstValid(report)).toBeLessThan(0.5);
  });

  test('given blows that gyroscope and accelerometer both feel, then nothing is taken out', () => {
    expect(gaps(reportOf(seatedThigh(true)))).toEqual([]);
  });
});
