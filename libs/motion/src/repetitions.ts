/** One complete repetition: from a valley up by at least the threshold, then down again by at least the threshold. Degrees, s. */
export interface Repetition {
  readonly peakS: number;
  readonly peakDeg: number;
  /** Peak minus the valley before it. */
  readonly amplitudeDeg: number;
}

/** Finds repetitions with hysteresis. NaN samples are passed over. */
export function findRepetitions(
  time: Float64Array,
  angleDeg: Float64Array,
  thresholdDeg: number,
): Repetition[] {
  const found: Repetition[] = [];
  let valley = Infinity;
  let peak = -Infinity;
  let peakS = 0;
  let rising = false;
  for (let i = 0; i < angleDeg.length; i++) {
    const angle = angleDeg[i]!;
    if (Number.isNaN(angle)) continue;
    if (!rising) {
      valley = Math.min(valley, angle);
      if (angle - valley < thresholdDeg) continue;
      rising = true;
      peak = angle;
      peakS = time[i]!;
    } else if (angle > peak) {
      peak = angle;
      peakS = time[i]!;
    } else if (peak - angle >= thresholdDeg) {
      found.push({ peakS, peakDeg: peak, amplitudeDeg: peak - valley });
      rising = false;
      valley = angle;
    }
  }
  return found;
}
