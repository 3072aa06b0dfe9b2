import { findRepetitions } from '../angles/repetitions.js';
import { summarise } from '../angles/summary.js';
import { hipAnglesFromFrames, type Side } from '../hip/hip-angles.js';
import type { MotionReport } from './report.js';

export interface FramesRecording {
  readonly name: string;
  readonly mode: string;
  readonly side: Side;
  readonly sampleRateHz: number;
  /** Rotation matrices segment to laboratory, row by row, nine values a frame; NaN where not available. */
  readonly pelvis: Float64Array;
  readonly femur: Float64Array;
}

const thresholdDeg = 8;

/** Hip angles from given segment frames, as an optical system has them. */
export function framesReport({
  name,
  mode,
  side,
  sampleRateHz,
  pelvis,
  femur,
}: FramesRecording): MotionReport {
  const angles = hipAnglesFromFrames(pelvis, femur, side);
  const periodS = 1 / sampleRateHz;
  const { internalRotationDeg, flexionDeg, adductionDeg } = angles;
  const known = (i: number) =>
    [internalRotationDeg, flexionDeg, adductionDeg].every((angle) => Number.isFinite(angle[i]!));
  const valid = Uint8Array.from(internalRotationDeg, (_, i) => (known(i) ? 1 : 0));
  const reps = findRepetitions(
    Float64Array.from(internalRotationDeg, (_, i) => i * periodS),
    internalRotationDeg,
    thresholdDeg,
  );
  return {
    name,
    mode,
    side,
    periodS,
    ...angles,
    valid,
    reps,
    summary: summarise(internalRotationDeg, valid, reps),
    uncertaintyDeg: null,
    reference: 'instrument',
    flags: [],
  };
}
