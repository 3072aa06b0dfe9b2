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
/** A blow from the ground every second, which shakes leg and sensor for three rows, 5 cm from the axis it turns about. */
const blow = (row: number) => (row >= 500 && row % 100 < 3 ? [6, -9, 3][row % 100]! : 0);

/** A seated right thigh: internal rotation turns it about its long axis; with a tremor, so that nothing repeats itself. */
function seatedThigh(blows = false): Record<string, Float64Array> {
  const column = (value: (t: number, row: number) => number, size: number, pitch: number) =>
    Float64Array.from({ length: count }, (_, row) => value(row / rateHz, row) + size * Math.sin(row * pitch));
  const shake = blows ? blow : () => 0;
  return {
    accX: column((t) => 9.81 * Math.cos(rotation(t)), 0.01, 2.1),
    accY: column((t) => -9.81 * Math.sin(rotation(t)), 0.01, 2.3),
    accZ: column((_, row) => 0.05 * rateHz * shake(row), 0.01, 2.5),
    gyrX: column((_, row) => shake(row), 0.001, 2.7),
    gyrY: column(() => 0, 0.001, 2.9),
    gyrZ: column(rate, 0.001, 3.1),
  };
}

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
      columns: ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'].map((name) => ({ name })),
    },
  ],
};

const reportOf = (columns: Record<string, Float64Array>): MotionReport =>
  analyseRecording(header, { streams: [columns] })[0]!;
const gaps = ({ flags }: MotionReport) => flags.filter(({ code }) => code === 'gap');
const worstValid = ({ valid, internalRotationDeg }: MotionReport): number => {
  let worst = 0;
  internalRotationDeg!.forEach((value, row) => {
    if (valid[row] === 1) worst = Math.max(worst, Math.abs(value - rotation(row / rateHz) / degree));
  });
  return worst;
};
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
