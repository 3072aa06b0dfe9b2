import type { Repetition } from './repetitions.js';

/** What a series says as a whole, degrees. Null when there is no valid sample. */
export interface AngleSummary {
  readonly peakDeg: number | null;
  readonly meanDeg: number | null;
  /** Largest minus smallest. */
  readonly rangeDeg: number | null;
  /** Median of the repetitions' peaks, and of their amplitudes. */
  readonly medianPeakDeg: number | null;
  readonly medianAmplitudeDeg: number | null;
  /** 95th minus 5th percentile: what was reached with ease, not once. */
  readonly comfortableRangeDeg: number | null;
  readonly samples: number;
}

export const median = (values: ArrayLike<number>): number | null => {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return null;
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
};

export function summarise(
  angleDeg: Float64Array,
  valid: Uint8Array,
  repetitions: readonly Repetition[],
): AngleSummary {
  const sorted = angleDeg.filter((value, i) => valid[i] === 1 && Number.isFinite(value)).sort();
  const samples = sorted.length;
  const quantile = (share: number) => sorted[Math.round(share * (samples - 1))]!;
  const ofRepetitions = {
    medianPeakDeg: median(repetitions.map(({ peakDeg }) => peakDeg)),
    medianAmplitudeDeg: median(repetitions.map(({ amplitudeDeg }) => amplitudeDeg)),
  };
  if (samples === 0)
    return {
      peakDeg: null,
      meanDeg: null,
      rangeDeg: null,
      comfortableRangeDeg: null,
      samples,
      ...ofRepetitions,
    };
  return {
    peakDeg: sorted[samples - 1]!,
    meanDeg: sorted.reduce((sum, value) => sum + value, 0) / samples,
    rangeDeg: sorted[samples - 1]! - sorted[0]!,
    comfortableRangeDeg: quantile(0.95) - quantile(0.05),
    samples,
    ...ofRepetitions,
  };
}
