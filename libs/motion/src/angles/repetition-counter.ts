import type { Repetition } from './repetitions.js';

/** The same hysteresis as `findRepetitions`, chunk by chunk; durations are those seen so far: from the valley to the closing of the repetition. */
export class RepetitionCounter {
  private valley = Infinity;
  private valleyS = 0;
  private peak = -Infinity;
  private peakS = 0;
  private rising = false;

  constructor(private readonly thresholdDeg: number) {}

  reset(): void {
    this.valley = Infinity;
    this.rising = false;
  }

  /** Angles in degrees from `startS` on, `periodS` apart (s); answers what was completed. */
  process(angleDeg: Float64Array, startS: number, periodS: number): Repetition[] {
    const found: Repetition[] = [];
    for (let i = 0; i < angleDeg.length; i++) {
      const angle = angleDeg[i]!;
      if (!Number.isFinite(angle)) continue;
      if (!this.rising) {
        if (angle < this.valley) {
          this.valley = angle;
          this.valleyS = startS + i * periodS;
        }
        if (angle - this.valley < this.thresholdDeg) continue;
        this.rising = true;
        this.peak = angle;
        this.peakS = startS + i * periodS;
      } else if (angle > this.peak) {
        this.peak = angle;
        this.peakS = startS + i * periodS;
      } else if (this.peak - angle >= this.thresholdDeg) {
        const nowS = startS + i * periodS;
        found.push({
          peakS: this.peakS,
          peakDeg: this.peak,
          amplitudeDeg: this.peak - this.valley,
          durationS: nowS - this.valleyS,
          holdS: 0,
        });
        this.rising = false;
        this.valley = angle;
        this.valleyS = nowS;
      }
    }
    return found;
  }
}
