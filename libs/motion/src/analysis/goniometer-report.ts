import { cleanGoniometer, isNoise } from '../angles/goniometer.js';
import { findRepetitions } from '../angles/repetitions.js';
import { median, summarise } from '../angles/summary.js';
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
/** No hip turns so far; what says so is no goniometer, degrees. */
const farthestDeg = 200;
/** Share of rows that may be spikes or holes. */
const mostRemoved = 0.2;
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
  if (sampleRateHz <= 0 || isNoSeries(raw, finite, measured) || isNoise(raw, sampleRateHz))
    flags.push({ code: 'rejected' });
  else if (range < thresholdDeg) flags.push({ code: 'insufficient-motion' });
  if (suspicious || flags.some(({ code }) => code === 'rejected')) valid.fill(0);
  const reps = findRepetitions(
    Float64Array.from(angleDeg, (_, i) => i * periodS),
    angleDeg.map((value) => (valid.includes(1) ? value : NaN)),
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
    uncertaintyDeg: valid.includes(1) ? instrumentErrorDeg : null,
    reference: 'instrument',
    flags,
  };
}

/** Nothing, angles that no hip has, or more spikes and holes than measurements should have. `finite` ascends. */
function isNoSeries(raw: Float64Array, finite: Float64Array, measured: Uint8Array): boolean {
  if (finite.length === 0) return true;
  // Two turns: what wraps stays within one.
  if ((median(raw.map(Math.abs)) ?? 0) > 720) return true;
  if (finite[finite.length - 1]! > farthestDeg || finite[0]! < -farthestDeg) return true;
  const kept = measured.reduce((sum, value) => sum + value, 0);
  return measured.length - kept > mostRemoved * measured.length;
}
