import { findRepetitions } from '../angles/repetitions.js';
import { summarise } from '../angles/summary.js';
import type { Side } from '../hip/hip-angles.js';
import { type HipMeasurement, hipFromTwoSensors } from '../hip/two-sensors.js';
import type { Flag } from '../quality/flag.js';
import { mountingFlags, neutralTiltDeg, poseSlips, type PoseView } from '../quality/neutral-check.js';
import { type Grid, gridOf } from '../recording/grid.js';
import type { Quaternion, SensorStream, Span } from '../recording/sensor-stream.js';
import type { MotionReport } from './report.js';
import { pairFlags } from './pair-check.js';
import { uncertainHeading, validRows } from './validity.js';

export type HipAngleName = 'flexion' | 'adduction' | 'internalRotation';

export interface HipRecording {
  readonly name: string;
  readonly mode: string;
  readonly side: Side;
  readonly pelvis: SensorStream;
  readonly thigh: SensorStream;
  /** Times at which all hip angles are zero by definition. */
  readonly neutralPoses: readonly Span[];
  readonly repetitions: { readonly angle: HipAngleName; readonly thresholdDeg: number };
  /** Rows and rate of the answer; those of the pelvis sensor when not given. */
  readonly outputRows?: number;
  readonly outputRateHz?: number;
}

const unmounted: Quaternion = [1, 0, 0, 0];
/** What soft tissue, the accelerometer's offset and the pose leave at the best, degrees. */
const baseErrorDeg = 0.5;
/** Scale by which a gyroscope that passes for good is ordinarily off. */
const scaleShare = 0.015;
/** Closing error of the relative heading between two poses that no drift explains: degrees, and standard errors of the drift. */
const slipHeadingDeg = 6;
const slipHeadingErrors = 7;
/** Where gaps explain more than this, a jump of the heading proves nothing, degrees. */
const unknownHeadingDeg = 2;
/** How much more the pelvis may turn than the thigh before the two are taken for exchanged. */
const exchangedRatio = 1.5;

/** Hip angles of a session with a pelvis and a thigh sensor, with repetitions, summary, uncertainty and verdict. */
export function hipReport(recording: HipRecording): MotionReport {
  const { pelvis, thigh, neutralPoses, side, name, mode } = recording;
  const rateHz = recording.outputRateHz ?? pelvis.sampleRateHz;
  const grids = [pelvis, thigh].map((stream) =>
    gridOf(stream, rowsAt(stream, recording.outputRows, rateHz)),
  ) as [Grid, Grid];
  const count =
    recording.outputRows ?? Math.max(...grids.map((grid) => Math.round(grid.count * grid.periodS * rateHz)));
  const periodS = 1 / rateHz;
  const worn = (grid: Grid, stream: SensorStream) => ({ grid, mounting: stream.mounting ?? unmounted });
  const pair = [worn(grids[0], pelvis), worn(grids[1], thigh)] as const;
  const hip = hipFromTwoSensors(...pair, side, neutralPoses, { periodS, count }, mode === 'best6D');
  const wear = wearFlags(recording, grids, hip);
  const flags: Flag[] = [
    ...pairFlags(...pair, neutralPoses, wear),
    ...wear,
    ...uncertainHeading(neutralPoses, hip.headingErrorDeg, periodS).map((span) => ({
      code: 'heading-uncertain' as const,
      ...span,
    })),
  ];
  const posed = neutralPoses.some(
    ({ startS, endS }) => endS > startS && startS < count * periodS && endS > 0,
  );
  if (pelvis.mounting === undefined || thigh.mounting === undefined || !posed)
    flags.push({ code: 'rejected' });
  const bridges = grids.flatMap((grid) => grid.bridges);
  const valid = validRows({ count, periodS, neutralPoses, flags, bridges, heading: true });
  const { flexionDeg, adductionDeg, internalRotationDeg } = hip;
  const angle = { flexion: flexionDeg, adduction: adductionDeg, internalRotation: internalRotationDeg };
  for (let i = 0; i < count; i++) if (!Number.isFinite(internalRotationDeg[i]!)) valid[i] = 0;
  const reps = findRepetitions(
    Float64Array.from({ length: count }, (_, i) => i * periodS),
    angle[recording.repetitions.angle].map((value, i) => (valid[i] === 1 ? value : NaN)),
    recording.repetitions.thresholdDeg,
  );
  return {
    name,
    mode,
    side,
    periodS,
    flexionDeg,
    adductionDeg,
    internalRotationDeg,
    valid,
    reps,
    summary: summarise(internalRotationDeg, valid, reps),
    uncertaintyDeg: valid.includes(1) ? uncertaintyOf(hip, valid) : null,
    reference: 'heading',
    flags,
  };
}

/** Rows of a stream's own grid that cover the output. */
function rowsAt(stream: SensorStream, outputRows: number | undefined, rateHz: number): number | undefined {
  return outputRows === undefined ? undefined : Math.round((outputRows * stream.sampleRateHz) / rateHz);
}

/** What the neutral poses and the movement tell of how the sensors were worn. */
function wearFlags(
  { pelvis, thigh, neutralPoses }: HipRecording,
  [p, t]: [Grid, Grid],
  hip: HipMeasurement,
): Flag[] {
  const view = (sensor: string, quats: Float64Array, grid: Grid, stream: SensorStream): PoseView => ({
    sensor,
    quats,
    periodS: grid.periodS,
    mounting: stream.mounting ?? unmounted,
    up: [0, 0, 1],
  });
  const views = [
    view('pelvis', hip.quats.pelvis, p, pelvis),
    view('thigh', hip.quats.thigh, t, thigh),
  ] as const;
  const mounting = views.flatMap((one) => mountingFlags(one, neutralPoses));
  const swapped = [
    { ...views[0], mounting: views[1].mounting },
    { ...views[1], mounting: views[0].mounting },
  ];
  const fitsSwapped = swapped.every((one) => neutralTiltDeg(one, neutralPoses) < 25);
  if (mounting.length > 0 && fitsSwapped) return [{ code: 'streams-exchanged' }];
  if (turning(p.samples.gyr) > exchangedRatio * turning(t.samples.gyr))
    return [{ code: 'streams-exchanged' }, ...mounting];
  if (mounting.length > 0) return mounting;
  const slips = views.flatMap((one) => poseSlips(one, neutralPoses));
  if (slips.length > 0) return slips;
  return headingSlips(hip, neutralPoses);
}

/** Root mean square of the gyroscope, rad/s, its mean taken off. */
function turning(gyr: Float64Array): number {
  let square = 0;
  const mean = [0, 0, 0];
  const count = Math.max(1, gyr.length / 3);
  gyr.forEach((value, i) => {
    mean[i % 3] = mean[i % 3]! + value / count;
    square += (value * value) / count;
  });
  return Math.sqrt(Math.max(0, square - mean.reduce((sum, value) => sum + value * value, 0)));
}

/** A thigh sensor that turned about the leg shows as a jump of the relative heading from one neutral pose to the next that neither drift nor gaps explain. */
function headingSlips({ closings }: HipMeasurement, poses: readonly Span[]): Flag[] {
  const jump = closings.find(
    ({ changeDeg, explainedDeg }) =>
      explainedDeg < unknownHeadingDeg &&
      changeDeg > Math.max(slipHeadingDeg, slipHeadingErrors * explainedDeg),
  );
  if (jump === undefined) return [];
  const [before, after] = [poses[jump.pose - 1]!, poses[jump.pose]!];
  return [{ code: 'mounting-slip', startS: before.endS, endS: after.startS, sensor: 'thigh' }];
}

/**
 * One standard error of internal rotation over the valid rows: the best case; the relative heading between the poses; half of what the poses showed as drift
 * beyond that; and what an ordinary error of the gyroscope's scale makes of the turning.
 */
function uncertaintyOf({ closings, headingErrorDeg, turnedDeg }: HipMeasurement, valid: Uint8Array): number {
  const beyond = closings.map(({ changeDeg, explainedDeg }) => changeDeg - 2 * explainedDeg);
  const closing = Math.max(0, ...beyond) / 2;
  const rms = (values: Float64Array) => {
    let sum = 0;
    let rows = 0;
    for (let row = 0; row < values.length; row++) {
      if (valid[row] !== 1 || !Number.isFinite(values[row]!)) continue;
      sum += values[row]! ** 2;
      rows++;
    }
    return rows > 0 ? Math.sqrt(sum / rows) : 0;
  };
  return Math.hypot(baseErrorDeg, rms(headingErrorDeg), closing, scaleShare * rms(turnedDeg));
}
