import { cleanGoniometer } from '../angles/goniometer.js';
import { findRepetitions } from '../angles/repetitions.js';
import { summarise } from '../angles/summary.js';
import type { Flag } from '../quality/flag.js';
import type { MotionReport } from './report.js';

export interface GoniometerRecording {
  readonly name: string;
  readonly mode: string;
  readonly sampleRateHz: number;
  /** In degrees or in radians, as `unit` says. */
  readonly angle: Float64Array;
  readonly unit: 'deg' | 'rad';
  readonly thresholdDeg: number;
}

const toDeg = 180 / Math.PI;
/** No series of rotation in degrees stays within this; one in radians always does. */
const radianRange = 1.8;
/** A goniometer's own error, degrees; two examiners differ by more. */
const instrumentErrorDeg = 1;

/** A series from a goniometer: spikes, whole turns and holes taken out; its own zero counts. */
export function goniometerReport(recording: GoniometerRecording): MotionReport {
  const { name, mode, sampleRateHz, angle, unit, thresholdDeg } = recording;
  const periodS = 1 / sampleRateHz;
  const raw = unit === 'rad' ? angle.map((value) => value * toDeg) : angle;
  const { angleDeg, measured, removed } = cleanGoniometer(raw, sampleRateHz);
  const flags: Flag[] = removed.map((span) => ({ code: 'gap', ...span }));
  const finite = angleDeg.filter((value) => Number.isFinite(value)).sort();
  const range = finite.length > 0 ? finite[finite.length - 1]! - finite[0]! : NaN;
  const valid = measured.map((value, i) => (value === 1 && Number.isFinite(angleDeg[i]!) ? 1 : 0));
  if (unit === 'rad') flags.push({ code: 'unit-fault' });
  const suspicious = unit === 'deg' && range < radianRange && range > 0.05;
  if (suspicious) flags.push({ code: 'unit-fault' });
  if (!Number.isFinite(range) || sampleRateHz <= 0) flags.push({ code: 'rejected' });
  if (suspicious || flags.some(({ code }) => code === 'rejected')) valid.fill(0);
  const reps = findRepetitions(
    Float64Array.from(angleDeg, (_, i) => i * periodS),
    angleDeg.map((value) => (suspicious ? NaN : value)),
    thresholdDeg,
  );
  return {
    name,
    mode,
    periodS,
    internalRotationDeg: angleDeg,
    valid,
    reps,
    summary: summarise(angleDeg, valid, reps),
    uncertaintyDeg: instrumentErrorDeg,
    reference: 'instrument',
    flags,
  };
}
