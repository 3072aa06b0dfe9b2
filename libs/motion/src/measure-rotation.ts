import { cleanGoniometer } from './angles/goniometer.js';
import { findRepetitions, type Repetition } from './angles/repetitions.js';
import { singleSensorReport } from './analysis/single-sensor-report.js';
import { isNearlyUnit, rotationFromOneSensor } from './hip/one-sensor.js';
import type { FlagCode } from './quality/flag.js';
import { repetitionThresholdDeg } from './repetition-threshold.js';
import type { RotationMeasurement, Session } from './session.js';
import { joinBatches, longestGapS, type Timeline } from './timeline.js';

/** One standard error of an inclination from a small inertial sensor, degrees. */
const inclinationErrorDeg = 1;
/** Time at the beginning that counts as the neutral pose when none is marked, s. */
const restS = 1;

const axes = (name: string) => [`${name}X`, `${name}Y`, `${name}Z`];

const channelsOf = {
  imu: [...axes('acc'), ...axes('gyr')],
  orientation: ['quatW', 'quatX', 'quatY', 'quatZ'],
  goniometer: ['angleDeg'],
} as const;

/** Flags that leave the inclination of a single sensor as good as it was: a note, not an obstacle. */
const harmless: ReadonlySet<FlagCode> = new Set<FlagCode>([
  'insufficient-motion',
  'low-sample-rate',
  'magnetic-disturbance',
  'heading-uncertain',
]);

/**
 * Internal rotation from one sensor. With the thigh horizontal the rotation is an inclination against gravity, free of drift;
 * standing it would be a heading, which one sensor cannot tell.
 */
export function measureRotation(session: Session): RotationMeasurement {
  const timeline = joinBatches(session.batches, channelsOf[session.kind]);
  const faults = [...timeline.faults, ...obstacles(session)];
  if (faults.length > 0) return { valuesDeg: [], uncertaintyDeg: null, faults };
  if (!timeline.neutral[0] && session.kind !== 'goniometer' && !(timeline.time.length > 1))
    return { valuesDeg: [], uncertaintyDeg: null, faults: ['no-neutral-rest'] };
  const { repetitions, faults: found } = measured(session, timeline);
  if (found.length > 0) return { valuesDeg: [], uncertaintyDeg: null, faults: found };
  const standing = session.position === 'standing';
  return {
    valuesDeg: repetitions.map(({ peakDeg, amplitudeDeg }) => (standing ? amplitudeDeg : peakDeg)),
    uncertaintyDeg: session.kind === 'goniometer' ? null : inclinationErrorDeg,
    faults: [],
  };
}

/** What makes an absolute value impossible, whatever the samples say. */
function obstacles({ kind, mounting, segment, position }: Session): string[] {
  if (kind === 'goniometer') return [];
  return [
    ...(mounting === undefined ? ['mounting-unknown'] : []),
    ...(segment === 'pelvis' ? ['needs-a-second-sensor'] : []),
    ...(position === 'standing' ? ['heading-uncertain'] : []),
    ...(position === 'supine' && segment === 'shank' ? ['heading-uncertain'] : []),
  ];
}

interface Measured {
  readonly repetitions: readonly Repetition[];
  readonly faults: readonly string[];
}

function measured(session: Session, { time, channels, neutral }: Timeline): Measured {
  const { sampleRateHz } = session.batches[0]!;
  if (session.kind === 'goniometer') {
    const { angleDeg } = cleanGoniometer(channels['angleDeg']!, sampleRateHz);
    return { repetitions: findRepetitions(time, angleDeg, repetitionThresholdDeg), faults: [] };
  }
  const pose = neutral[0] ?? { fromS: 0, toS: restS };
  const neutralPoses = [{ startS: pose.fromS, endS: pose.toS }];
  const segment = session.segment === 'shank' ? ('shank' as const) : ('thigh' as const);
  const prone = session.position === 'prone';
  const mounting = session.mounting!;
  if (session.kind === 'orientation') {
    const told = rotationFromOneSensor(
      quaternionsOf(channels, time.length),
      1 / sampleRateHz,
      mounting,
      segment,
      prone,
      session.side,
      neutralPoses,
    );
    // What a device makes of its sensors has spikes and holes like a goniometer's series.
    const { angleDeg, removed } = cleanGoniometer(told, sampleRateHz);
    const hole = removed.some(({ startS, endS }) => endS - startS > longestGapS);
    return {
      repetitions: findRepetitions(time, angleDeg, repetitionThresholdDeg),
      faults: hole ? ['gap'] : [],
    };
  }
  const report = singleSensorReport({
    name: '',
    mode: '6D',
    side: session.side,
    segment,
    stream: { sensor: segment, sampleRateHz, columns: { ...channels, timeS: time }, mounting },
    prone,
    neutralPoses,
    thresholdDeg: repetitionThresholdDeg,
  });
  const codes = report.flags.map(({ code }) => code).filter((code) => !harmless.has(code));
  return { repetitions: report.reps, faults: [...new Set(codes)] };
}

/** Devices round: a quaternion that is nearly one is made one. Others are none, and stay as they are. */
function quaternionsOf(channels: Timeline['channels'], count: number): Float64Array {
  const columns = channelsOf.orientation.map((name) => channels[name]!);
  const quats = new Float64Array(count * 4);
  for (let row = 0; row < count; row++) {
    const size = Math.hypot(...columns.map((column) => column[row]!));
    const scale = isNearlyUnit(size) ? size : 1;
    columns.forEach((column, k) => (quats[row * 4 + k] = column[row]! / scale));
  }
  return quats;
}
