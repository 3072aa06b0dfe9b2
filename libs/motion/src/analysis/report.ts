import type { Repetition } from '../angles/repetitions.js';
import type { AngleSummary } from '../angles/summary.js';
import type { OrientationTrack } from '../orientation/samples.js';
import type { Flag } from '../quality/flag.js';
import type { Side } from '../hip/hip-angles.js';

/** What a value rests on: gravity (no drift), the heading (drifts since the last neutral pose), or the instrument itself. */
export type ReferenceKind = 'gravity' | 'heading' | 'instrument';

/** What one recording says in one mode. Angles in degrees; NaN where nothing is known, and then never valid. */
export interface MotionReport {
  readonly name: string;
  readonly mode: string;
  readonly side?: Side;
  /** Time between two rows, s. */
  readonly periodS: number;
  /** Orientation of a single sensor, row by row as given. */
  readonly orientation?: Pick<OrientationTrack, 'bias' | 'rest' | 'magDisturbed'> & {
    readonly quat: Float64Array;
  };
  readonly flexionDeg?: Float64Array;
  readonly adductionDeg?: Float64Array;
  readonly internalRotationDeg?: Float64Array;
  /** 1 where the row may be believed. */
  readonly valid: Uint8Array;
  readonly reps: readonly Repetition[];
  readonly summary: AngleSummary;
  /** One standard error of an angle of this recording; null when none can be stated. */
  readonly uncertaintyDeg: number | null;
  readonly reference: ReferenceKind;
  readonly flags: readonly Flag[];
}
