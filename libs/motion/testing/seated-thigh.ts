import { analyseRecording } from '../src/analysis/analyse.js';
import type { MotionReport } from '../src/analysis/report.js';
import type { RecordingHeader } from '../src/recording/header.js';

const rateHz = 100;
export const count = 40 * rateHz;
const degree = Math.PI / 180;
const swing = 2 * Math.PI * 0.5;
const rotation = (t: number) => (t < 4 ? 0 : 20 * degree * (1 - Math.cos(swing * (t - 4))));
const rate = (t: number) => (t < 4 ? 0 : 20 * degree * swing * Math.sin(swing * (t - 4)));
/** A blow from the ground every second, which shakes leg and sensor for three rows, 5 cm from the axis it turns about. */
const blow = (row: number) => (row >= 500 && row % 100 < 3 ? [6, -9, 3][row % 100]! : 0);

/** A seated right thigh: internal rotation turns it about its long axis; with a tremor, so that nothing repeats itself. */
export function seatedThigh(blows = false): Record<string, Float64Array> {
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

export const reportOf = (columns: Record<string, Float64Array>): MotionReport =>
  analyseRecording(header, { streams: [columns] })[0]!;

export const gaps = ({ flags }: MotionReport) => flags.filter(({ code }) => code === 'gap');

/** How far the rotation lies from the truth where it is said to be valid, degrees, at most. */
export const worstValid = ({ valid, internalRotationDeg }: MotionReport): number => {
  let worst = 0;
  internalRotationDeg!.forEach((value, row) => {
    if (valid[row] === 1) worst = Math.max(worst, Math.abs(value - rotation(row / rateHz) / degree));
  });
  return worst;
};
