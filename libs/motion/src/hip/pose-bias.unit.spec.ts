import { expect, test } from '@jest/globals';
import { analyseRecording } from '../analysis/analyse.js';
import type { RecordingHeader } from '../recording/header.js';

const rateHz = 50;
const degree = Math.PI / 180;
const durationS = 60;
const count = durationS * rateHz;
const timesS = Array.from({ length: count }, (_, row) => row / rateHz);
/** Begins and ends with a stand in the neutral pose. */
const moving = (t: number) => Math.max(0, Math.min(1, (t - 4) / 2, (52 - t) / 2));
/** The hip turns in by 25° and back in 12.5 s; the pelvis gives way by 10°. */
const share = (t: number) => (moving(t) * (1 - Math.cos(0.16 * Math.PI * t))) / 2;
const rotation = (t: number) => 25 * share(t);
const facing = (t: number) => -10 * share(t);

/** A sensor that turns about the vertical only, with an offset of the gyroscope, °/s. */
const turned = (angleDeg: (t: number) => number, offset: number) => ({
  accX: new Float64Array(count),
  accY: new Float64Array(count),
  accZ: new Float64Array(count).fill(9.81),
  gyrX: new Float64Array(count).fill(0.2 * degree),
  gyrY: new Float64Array(count).fill(-0.1 * degree),
  gyrZ: Float64Array.from(
    timesS,
    (t) => (rateHz * (angleDeg(t) - angleDeg(t - 1 / rateHz)) + offset) * degree,
  ),
});

const stream = (sensor: string) => ({
  sensor,
  sampleRateHz: rateHz,
  mounting: [1, 0, 0, 0],
  file: '',
  rows: count,
  columns: ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'].map((name) => ({ name })),
});

const header: RecordingHeader = {
  name: 'slow',
  kind: 'hipSession',
  side: 'R',
  neutralPoses: [
    [0.5, 3.5],
    [54, 59.5],
  ],
  streams: [stream('pelvis'), stream('thigh')],
};

test('given an exercise so slow that the pelvis passes for resting, then its rotation is not lost', () => {
  const [report] = analyseRecording(header, {
    streams: [turned(facing, 0.4), turned((t) => facing(t) + rotation(t), -0.3)],
  });
  expect(report!.reps).toHaveLength(4);
  let worst = 0;
  report!.internalRotationDeg!.forEach((value, row) => {
    if (report!.valid[row] === 1) worst = Math.max(worst, Math.abs(value - rotation(timesS[row]!)));
  });
  expect(worst).toBeLessThan(0.5);
  expect(report!.flags.map(({ code }) => code)).not.toContain('mounting-slip');
});

test('given a gyroscope that is 3 °/s off, then the poses tell it', () => {
  const [report] = analyseRecording(header, {
    streams: [turned(facing, 3), turned((t) => facing(t) + rotation(t), -3)],
  });
  const peak = Math.max(...timesS.map(rotation));
  expect(Math.abs(report!.summary.peakDeg! - peak)).toBeLessThan(0.5);
});

test('given poses out of order and one within another, then nothing changes; given a unit that is not known, then it is refused', () => {
  const streams = [turned(facing, 0.4), turned((t) => facing(t) + rotation(t), -0.3)];
  const [plain] = analyseRecording(header, { streams });
  const neutralPoses = [
    [54, 59.5],
    [1, 2],
    [0.5, 3.5],
  ] as const;
  const [mixed] = analyseRecording({ ...header, neutralPoses }, { streams });
  expect(mixed!.summary).toEqual(plain!.summary);
  expect(mixed!.uncertaintyDeg).toBe(plain!.uncertaintyDeg);
  const columns = [{ name: 'accX', unit: 'furlong' }, ...stream('pelvis').columns.slice(1)];
  const odd = { ...header, streams: [{ ...stream('pelvis'), columns }, stream('thigh')] };
  expect(() => analyseRecording(odd, { streams })).toThrow('furlong');
});

test('given a pelvis sensor alone on a person who sits, then no rotation of the hip is claimed', () => {
  const seated = { ...header, kind: 'seatedSession', posture: 'seated', streams: [stream('pelvis')] };
  expect(() => analyseRecording(seated, { streams: [turned(rotation, 0)] })).toThrow('pelvis');
});
