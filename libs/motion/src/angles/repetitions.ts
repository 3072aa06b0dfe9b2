/** One complete repetition: from a valley up by at least the threshold, then down again by at least the threshold. Degrees, s. */
export interface Repetition {
  readonly peakS: number;
  readonly peakDeg: number;
  /** Peak minus the valley before it: the excursion from its own baseline, which no drift of the zero touches. */
  readonly amplitudeDeg: number;
  /** From leaving the valley to the end of the way back, by half the amplitude, s. */
  readonly durationS: number;
  /** How long it stayed within a tenth of the amplitude of its peak, s. */
  readonly holdS: number;
}

/** A hole in the series over this breaks a repetition off, s. */
const longestHoleS = 0.5;

/**
 * Finds repetitions with hysteresis: times in s, ascending; angles in degrees. NaN samples are passed over; a longer run of them breaks the
 * repetition off.
 */
export function findRepetitions(
  time: Float64Array,
  angleDeg: Float64Array,
  thresholdDeg: number,
): Repetition[] {
  const found: Repetition[] = [];
  let valley = Infinity;
  let peak = -Infinity;
  let valleyAt = 0;
  let peakAt = 0;
  let rising = false;
  let last = -Infinity;
  for (let i = 0; i < angleDeg.length; i++) {
    const angle = angleDeg[i]!;
    if (!Number.isFinite(angle)) continue;
    if (time[i]! - last > longestHoleS + 1e-9) {
      rising = false;
      valley = Infinity;
    }
    last = time[i]!;
    if (!rising) {
      if (angle < valley) {
        valley = angle;
        valleyAt = i;
      }
      if (angle - valley < thresholdDeg) continue;
      rising = true;
      peak = angle;
      peakAt = i;
    } else if (angle > peak) {
      peak = angle;
      peakAt = i;
    } else if (peak - angle >= thresholdDeg) {
      found.push(repetition(time, angleDeg, valleyAt, peakAt, i));
      rising = false;
      valley = angle;
      valleyAt = i;
    }
  }
  return found;
}

function repetition(
  time: Float64Array,
  angle: Float64Array,
  valleyAt: number,
  peakAt: number,
  closedAt: number,
): Repetition {
  const peakDeg = angle[peakAt]!;
  const amplitudeDeg = peakDeg - angle[valleyAt]!;
  const above = (share: number) => {
    const level = peakDeg - share * amplitudeDeg;
    let from = peakAt;
    let to = peakAt;
    while (from > valleyAt && !(angle[from - 1]! < level)) from--;
    while (to + 1 < angle.length && (to < closedAt || angle[to]! > level) && !(angle[to + 1]! < level)) to++;
    return time[to]! - time[from]!;
  };
  return { peakS: time[peakAt]!, peakDeg, amplitudeDeg, durationS: above(0.5), holdS: above(0.1) };
}
