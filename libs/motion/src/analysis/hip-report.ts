import { findRepetitions } from '../angles/repetitions.js';
import { summarise } from '../angles/summary.js';
import type { Side } from '../hip/hip-angles.js';
import { type HipMeasurement, hipFromTwoSensors } from '../hip/two-sensors.js';
import type { Flag } from '../quality/flag.js';
import { mountingFlags, neutralTiltDeg, poseSlips, type PoseView } from '../quality/neutral-check.js';
import { checkStream } from '../quality/stream-check.js';
import { type Grid, gridOf, longestBridgeS } from '../recording/grid.js';
import type { Quaternion, SensorStream, Span } from '../recording/sensor-stream.js';
import type { MotionReport } from './report.js';
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
/** Growth of a heading's error without a neutral pose, degrees a minute. */
const driftDegPerMin = 2;
/** Share of the ordinary turning during a bridged gap that its bridge gets wrong. */
const bridgeShare = 0.15;
/** Closing error of the relative heading between two poses that no drift explains, degrees. */
const slipHeadingDeg = 6;
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
  const hip = hipFromTwoSensors(worn(grids[0], pelvis), worn(grids[1], thigh), side, neutralPoses, {
    periodS,
    count,
  });
  const flags: Flag[] = [
    ...checkStream(grids[0], 'pelvis').flags,
    ...checkStream(grids[1], 'thigh').flags,
    ...wearFlags(recording, grids, hip),
    ...uncertainHeading(neutralPoses, count * periodS).map((span) => ({
      code: 'heading-uncertain' as const,
      ...span,
    })),
  ];
  if (pelvis.mounting === undefined || thigh.mounting === undefined || neutralPoses.length === 0)
    flags.push({ code: 'rejected' });
  const valid = validRows({ count, periodS, neutralPoses, flags, heading: true });
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
    uncertaintyDeg: valid.includes(1) ? uncertaintyOf(recording, hip, grids, count * periodS) : null,
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
  // Over a long gap the heading is lost anyway.
  const broken = [p, t]
    .flatMap(({ gaps }) => gaps)
    .filter(({ startS, endS }) => endS - startS > longestBridgeS / 2);
  return headingSlips(hip, neutralPoses, broken);
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

/** A thigh sensor that turned about the leg shows as a jump of the relative heading from one neutral pose to the next. */
function headingSlips({ nodes }: HipMeasurement, poses: readonly Span[], broken: readonly Span[]): Flag[] {
  for (let i = 2; i < nodes.length; i += 2) {
    const change = Math.abs(nodes[i]!.heading - nodes[i - 1]!.heading) * (180 / Math.PI);
    const [before, after] = [poses[i / 2 - 1]!, poses[i / 2]!];
    const unbroken = !broken.some(({ startS, endS }) => endS > before.startS && startS < after.endS);
    if (change > slipHeadingDeg && unbroken)
      return [
        {
          code: 'mounting-slip',
          startS: poses[i / 2 - 1]!.endS,
          endS: poses[i / 2]!.startS,
          sensor: 'thigh',
        },
      ];
  }
  return [];
}

/** One standard error of internal rotation: the best case, half of what the poses showed as drift, and what is not known after the last. */
function uncertaintyOf(
  { neutralPoses }: HipRecording,
  { nodes }: HipMeasurement,
  grids: readonly Grid[],
  durationS: number,
): number | null {
  const last = neutralPoses.at(-1);
  if (last === undefined) return null;
  let closing = 0;
  for (let i = 2; i < nodes.length; i += 2)
    closing = Math.max(closing, Math.abs(nodes[i]!.heading - nodes[i - 1]!.heading) * (180 / Math.PI));
  const open = (Math.max(0, durationS - last.endS) / 60) * driftDegPerMin;
  const bridged = grids.map(({ gaps, samples, periodS }) => {
    const short = gaps.filter(({ startS, endS }) => endS - startS <= longestBridgeS + periodS);
    const square = short.reduce((sum, { startS, endS }) => sum + (endS - startS) ** 2, 0);
    return bridgeShare * turning(samples.gyr) * (180 / Math.PI) * Math.sqrt(square);
  });
  return Math.hypot(baseErrorDeg, closing / 2, open, ...bridged);
}
