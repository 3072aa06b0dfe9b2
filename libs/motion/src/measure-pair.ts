import { hipReport } from './analysis/hip-report.js';
import type { FlagCode } from './quality/flag.js';
import { quaternionOf } from './recording/columns-to-stream.js';
import type { SensorStream, Span } from './recording/sensor-stream.js';
import { repetitionThresholdDeg } from './repetition-threshold.js';
import type { RotationMeasurement, Session } from './session.js';
import { joinBatches, type Timeline } from './timeline.js';

/** Time at the beginning that counts as the neutral pose when none is marked, s. */
const restS = 1;

const axes = (name: string) => [`${name}X`, `${name}Y`, `${name}Z`];
const channels = [...axes('acc'), ...axes('gyr')];

/** Flags that leave the excursion of a repetition as good as it was; rows whose heading is not known do not count anyway. */
const harmless: ReadonlySet<FlagCode> = new Set<FlagCode>([
  'insufficient-motion',
  'low-sample-rate',
  'magnetic-disturbance',
  'heading-uncertain',
  'gyro-scale',
]);

/**
 * Internal rotation while standing, from a thigh and a pelvis sensor worn at once: of each repetition the excursion from its own valley, which no drift of
 * the heading touches. Both sessions are of kind `imu`.
 */
export function measurePair(thigh: Session, pelvis: Session): RotationMeasurement {
  const startMs = Math.min(startOf(thigh), startOf(pelvis));
  const lines = {
    thigh: joinBatches(thigh.batches, channels),
    pelvis: joinBatches(pelvis.batches, channels),
  };
  const mounting = { thigh: quaternionOf(thigh.mounting), pelvis: quaternionOf(pelvis.mounting) };
  const faults = new Set([...lines.thigh.faults, ...lines.pelvis.faults]);
  if (mounting.thigh === undefined || mounting.pelvis === undefined) faults.add('mounting-unknown');
  if (thigh.kind !== 'imu' || pelvis.kind !== 'imu') faults.add('needs-a-second-sensor');
  const late = { thigh: (startOf(thigh) - startMs) / 1000, pelvis: (startOf(pelvis) - startMs) / 1000 };
  const common = overlap(lines.thigh, late.thigh, lines.pelvis, late.pelvis);
  if (common === undefined) faults.add('sensors-not-worn-at-once');
  if (faults.size > 0 || common === undefined)
    return { valuesDeg: [], uncertaintyDeg: null, faults: [...faults] };
  const rateHz = thigh.batches[0]!.sampleRateHz;
  const stream = (which: 'thigh' | 'pelvis', session: Session): SensorStream => ({
    sensor: which,
    sampleRateHz: session.batches[0]!.sampleRateHz,
    columns: {
      ...lines[which].channels,
      timeS: lines[which].time.map((t) => t + late[which] - common.startS),
    },
    mounting: mounting[which]!,
  });
  const report = hipReport({
    name: '',
    mode: '6D',
    side: thigh.side,
    pelvis: stream('pelvis', pelvis),
    thigh: stream('thigh', thigh),
    neutralPoses: posesOf(lines, late, common),
    repetitions: { angle: 'internalRotation', thresholdDeg: repetitionThresholdDeg },
    outputRateHz: rateHz,
    outputRows: Math.floor((common.endS - common.startS) * rateHz),
  });
  const codes = report.flags.map(({ code }) => code).filter((code) => !harmless.has(code));
  if (codes.length > 0) return { valuesDeg: [], uncertaintyDeg: null, faults: [...new Set(codes)] };
  return {
    valuesDeg: report.reps.map(({ amplitudeDeg }) => amplitudeDeg),
    uncertaintyDeg: report.uncertaintyDeg,
    faults: [],
  };
}

const startOf = ({ batches }: Session): number =>
  batches.reduce((least, { startedAtMs }) => Math.min(least, startedAtMs), Infinity);

/** The time in which both sensors recorded, s; undefined when that is less than what a repetition takes. */
function overlap(a: Timeline, lateA: number, b: Timeline, lateB: number): Span | undefined {
  const startS = Math.max(lateA + (a.time[0] ?? Infinity), lateB + (b.time[0] ?? Infinity));
  const endS = Math.min(lateA + (a.time.at(-1) ?? -Infinity), lateB + (b.time.at(-1) ?? -Infinity));
  return endS - startS > 2 * restS ? { startS, endS } : undefined;
}

/** Neutral poses that either sensor has marked, each once, else the first second. */
function posesOf(
  lines: Readonly<Record<'thigh' | 'pelvis', Timeline>>,
  late: Readonly<Record<'thigh' | 'pelvis', number>>,
  { startS, endS }: Span,
): Span[] {
  const marked = (['thigh', 'pelvis'] as const).flatMap((which) =>
    lines[which].neutral.map(({ fromS, toS }) => ({
      startS: Math.max(0, fromS + late[which] - startS),
      endS: Math.min(endS - startS, toS + late[which] - startS),
    })),
  );
  const poses = marked
    .filter((pose) => pose.endS - pose.startS > 0.2)
    .sort((a, b) => a.startS - b.startS)
    .filter((pose, i, all) => i === 0 || pose.startS >= all[i - 1]!.endS);
  return poses.length > 0 ? poses : [{ startS: 0, endS: restS }];
}
