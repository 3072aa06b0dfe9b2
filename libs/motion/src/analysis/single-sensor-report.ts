import { findRepetitions } from '../angles/repetitions.js';
import { summarise } from '../angles/summary.js';
import type { Side } from '../hip/hip-angles.js';
import { expectedUp, rotationFromOneSensor, type SingleSegment } from '../hip/one-sensor.js';
import { offlineVqf } from '../orientation/offline.js';
import { steadied } from '../hip/pose-bias.js';
import type { Flag } from '../quality/flag.js';
import { mountingFlags, poseSlips } from '../quality/neutral-check.js';
import { silenceFlags } from '../quality/silent-gyroscope.js';
import { checkStream } from '../quality/stream-check.js';
import { guessDeg } from '../recording/bridging.js';
import { type Grid, gridOf } from '../recording/grid.js';
import { resampleOrientation } from '../recording/resample.js';
import type { SensorStream, Span } from '../recording/sensor-stream.js';
import type { MotionReport } from './report.js';
import { validRows } from './validity.js';

export interface SingleSensorRecording {
  readonly name: string;
  readonly mode: string;
  readonly side: Side;
  readonly segment: SingleSegment;
  readonly stream: SensorStream;
  readonly prone: boolean;
  readonly neutralPoses: readonly Span[];
  readonly thresholdDeg: number;
  readonly outputRows?: number;
  readonly outputRateHz?: number;
}

/** One standard error of an inclination from a small inertial sensor on a leg, degrees. */
const inclinationErrorDeg = 1;

/** Time over which the filter forgets a wrong turn, s. */
const forgetS = 2;

/** One standard error of an inclination of this recording, degrees: the sensor's own, and what small bridged gaps leave until the filter has forgotten it. */
function uncertaintyOf({ bridges, count, periodS }: Grid): number {
  const small = bridges.filter(({ sigmaDeg }) => sigmaDeg <= guessDeg);
  const square = small.reduce((sum, { sigmaDeg }) => sum + sigmaDeg ** 2, 0);
  return Math.hypot(inclinationErrorDeg, Math.sqrt((square * forgetS) / (count * periodS)));
}

/** Internal rotation from one thigh or shank sensor with the knee bent, seated or prone: measured against gravity, without drift. */
export function singleSensorReport(recording: SingleSensorRecording): MotionReport {
  const { name, mode, side, segment, stream, prone, neutralPoses, thresholdDeg } = recording;
  const rateHz = recording.outputRateHz ?? stream.sampleRateHz;
  const rows = recording.outputRows;
  const grid = gridOf(
    stream,
    rows === undefined ? undefined : Math.round((rows * stream.sampleRateHz) / rateHz),
  );
  const periodS = 1 / rateHz;
  const count = rows ?? Math.round(grid.count * grid.periodS * rateHz);
  const { acc, gyr, rows: kinds } = grid.samples;
  const given = { acc, gyr, ...(kinds ? { rows: kinds } : {}) };
  const { samples, parameters } = steadied(given, grid.periodS, neutralPoses);
  const { quat6D } = offlineVqf(samples, grid.periodS, parameters);
  const mounting = stream.mounting ?? [1, 0, 0, 0];
  const view = {
    sensor: stream.sensor,
    quats: quat6D,
    periodS: grid.periodS,
    mounting,
    up: expectedUp(segment, prone),
  };
  const { flags: own } = checkStream(grid);
  const flags: Flag[] = [
    ...own,
    ...silenceFlags(grid, own),
    ...mountingFlags(view, neutralPoses),
    ...poseSlips(view, neutralPoses),
    ...(stream.mounting === undefined ? [{ code: 'rejected' as const }] : []),
  ];
  const internalRotationDeg = rotationFromOneSensor(
    resampleOrientation(quat6D, grid.periodS, periodS, count),
    periodS,
    mounting,
    segment,
    prone,
    side,
    neutralPoses,
  );
  const valid = validRows({
    count,
    periodS,
    neutralPoses,
    flags,
    bridges: grid.bridges,
    heading: false,
  });
  for (let i = 0; i < count; i++) if (!Number.isFinite(internalRotationDeg[i]!)) valid[i] = 0;
  const reps = findRepetitions(
    Float64Array.from({ length: count }, (_, i) => i * periodS),
    internalRotationDeg.map((value, i) => (valid[i] === 1 ? value : NaN)),
    thresholdDeg,
  );
  return {
    name,
    mode,
    side,
    periodS,
    internalRotationDeg,
    valid,
    reps,
    summary: summarise(internalRotationDeg, valid, reps),
    uncertaintyDeg: valid.includes(1) ? uncertaintyOf(grid) : null,
    reference: 'gravity',
    flags,
  };
}
