import { type RestWindow, upFromImu, upFromOrientation } from './gravity.js';
import { findRepetitions } from './angles/repetitions.js';
import type { RotationMeasurement, Session } from './session.js';
import { joinBatches, type Timeline } from './timeline.js';

const toDeg = 180 / Math.PI;
/** Hysteresis of a repetition, degrees. */
export const repetitionThresholdDeg = 8;
/** One standard error of an inclination from a small inertial sensor, degrees. */
const inclinationErrorDeg = 1;
const restS = 1;

const axes = (name: string) => [`${name}X`, `${name}Y`, `${name}Z`];

const channelsOf = {
  imu: [...axes('acc'), ...axes('gyr')],
  orientation: ['quatW', 'quatX', 'quatY', 'quatZ'],
  goniometer: ['angleDeg'],
} as const;

/**
 * Internal rotation from one sensor. With the thigh horizontal the rotation is an inclination against gravity, free of drift;
 * standing it would be a heading, which one sensor cannot tell.
 */
export function measureRotation(session: Session): RotationMeasurement {
  const timeline = joinBatches(session.batches, channelsOf[session.kind]);
  const faults = [...timeline.faults, ...obstacles(session)];
  if (faults.length > 0) return { valuesDeg: [], uncertaintyDeg: null, faults };
  const angle =
    session.kind === 'goniometer' ? unwrap(timeline.channels['angleDeg']!) : inclination(session, timeline);
  if (angle === null) return { valuesDeg: [], uncertaintyDeg: null, faults: ['no-neutral-rest'] };
  const repetitions = findRepetitions(timeline.time, angle, repetitionThresholdDeg);
  const standing = session.position === 'standing';
  const valuesDeg = repetitions.map(({ peakDeg, amplitudeDeg }) => (standing ? amplitudeDeg : peakDeg));
  return {
    valuesDeg,
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

/** Angle about the thigh's long axis from neutral zero, degrees; null when there is no rest to take zero from. */
function inclination(session: Session, timeline: Timeline): Float64Array | null {
  const mounting = session.mounting!;
  const rest = timeline.neutral[0] ?? { fromS: 0, toS: restS };
  const up =
    session.kind === 'imu' ? upFromImu(timeline, mounting, rest) : upFromOrientation(timeline, mounting);
  const { time } = timeline;
  const raw = new Float64Array(time.length);
  // Thigh: it turns about its own long axis z, so up moves within x-y. Shank with the knee bent: it swings about x, so up moves within z-y.
  const reference = session.segment === 'thigh' ? 0 : 2;
  for (let i = 0; i < time.length; i++) raw[i] = Math.atan2(up[i * 3 + 1]!, up[i * 3 + reference]!) * toDeg;
  const smooth = unwrap(raw);
  const zero = neutralZero(timeline, smooth, rest);
  if (zero === null) return null;
  const sign = session.side === 'right' ? -1 : 1;
  return smooth.map((angle) => sign * (angle - zero));
}

/** Mean in the marked neutral pose, else in the first second. */
function neutralZero({ time }: Timeline, angle: Float64Array, { fromS, toS }: RestWindow): number | null {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < time.length; i++) {
    if (time[i]! < fromS || time[i]! > toS) continue;
    sum += angle[i]!;
    count++;
  }
  return count === 0 ? null : sum / count;
}

/** Takes jumps of a whole turn out, degrees. */
function unwrap(angleDeg: Float64Array): Float64Array {
  const out = new Float64Array(angleDeg.length);
  let turns = 0;
  for (let i = 0; i < angleDeg.length; i++) {
    const step = i === 0 ? 0 : angleDeg[i]! - angleDeg[i - 1]!;
    if (step > 180) turns -= 360;
    else if (step < -180) turns += 360;
    out[i] = angleDeg[i]! + turns;
  }
  return out;
}
