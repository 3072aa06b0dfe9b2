import type { ImuSamples } from '../orientation/samples.js';
import type { Span } from '../recording/sensor-stream.js';
import { tiltSteps } from './tilt-step.js';

/** A step below this is what walking does to the mean force, degrees. */
const smallestStepDeg = 7;
const timesOrdinary = 2.2;
const aroundS = 7;
/** The step is largest up to this from the moment itself, s. */
const uncertainS = 2.5;

/** The moment at which the sensor shifted on the body, if it did: a tilt step far above all others of the recording. */
export function slipMoment(samples: ImuSamples, periodS: number): Span | undefined {
  const steps = tiltSteps(samples, periodS);
  const largest = steps.reduce((a, b) => (b.angleDeg > a.angleDeg ? b : a), { atS: 0, angleDeg: 0 });
  if (largest.angleDeg < smallestStepDeg) return undefined;
  const others = steps
    .filter(({ atS }) => Math.abs(atS - largest.atS) > aroundS)
    .map(({ angleDeg }) => angleDeg)
    .sort((a, b) => a - b);
  const ordinary = others[Math.floor(others.length * 0.9)] ?? 0;
  if (largest.angleDeg < timesOrdinary * ordinary) return undefined;
  return { startS: Math.max(0, largest.atS - uncertainS), endS: largest.atS + uncertainS };
}
