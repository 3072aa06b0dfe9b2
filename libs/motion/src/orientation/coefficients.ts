import { butterworth, type LowPass } from './low-pass.js';
import type { VqfParameters } from './parameters.js';

const degree = Math.PI / 180;

/** What follows from the parameters and the sampling period, once per filter. Angles in rad, rates in rad/s. */
export interface VqfCoefficients {
  readonly periodS: number;
  readonly accLowPass: LowPass;
  readonly restLowPass: LowPass;
  readonly fieldLowPass: LowPass;
  readonly restThGyrSquared: number;
  readonly restThAccSquared: number;
  readonly restMinT: number;
  readonly biasClip: number;
  /** Variances of the bias in (0.01 °/s)². */
  readonly biasP0: number;
  readonly biasV: number;
  readonly biasMotionW: number;
  readonly biasVerticalW: number;
  readonly biasRestW: number;
  readonly tauMag: number;
  readonly magGain: number;
  readonly magReferenceGain: number;
  readonly magNormTh: number;
  readonly magDipTh: number;
  readonly magNewMinGyr: number;
  readonly magNewTime: number;
  readonly magNewFirstTime: number;
  readonly magMinUndisturbedTime: number;
  readonly magMaxRejectionTime: number;
  readonly magRejectionFactor: number;
}

/** Gain of a first-order low-pass with time constant tau (s) at a sampling period (s). */
export const gainOf = (tau: number, periodS: number): number => 1 - Math.exp(-periodS / tau);

export function coefficientsOf(p: VqfParameters, periodS: number): VqfCoefficients {
  if (!(periodS > 0) || !Number.isFinite(periodS))
    throw new RangeError('the sampling period is not positive');
  const biasV = (10 * 10 * periodS) / p.biasForgettingTime;
  const converged = (sigma: number) => (sigma * 100) ** 2;
  const weight = (variance: number) => variance ** 2 / biasV + variance;
  const biasMotionW = weight(converged(p.biasSigmaMotion));
  return {
    periodS,
    accLowPass: butterworth(p.tauAcc, periodS),
    restLowPass: butterworth(p.restFilterTau, periodS),
    fieldLowPass: butterworth(p.magCurrentTau, periodS),
    restThGyrSquared: (p.restThGyr * degree) ** 2,
    restThAccSquared: p.restThAcc ** 2,
    restMinT: p.restMinT,
    biasClip: p.biasClip * degree,
    biasP0: converged(p.biasSigmaInit),
    biasV,
    biasMotionW,
    biasVerticalW: biasMotionW / Math.max(p.biasVerticalForgettingFactor, 1e-10),
    biasRestW: weight(converged(p.biasSigmaRest)),
    tauMag: p.tauMag,
    magGain: gainOf(p.tauMag, periodS),
    magReferenceGain: gainOf(p.magRefTau, periodS),
    magNormTh: p.magNormTh,
    magDipTh: p.magDipTh * degree,
    magNewMinGyr: p.magNewMinGyr * degree,
    magNewTime: p.magNewTime,
    magNewFirstTime: p.magNewFirstTime,
    magMinUndisturbedTime: p.magMinUndisturbedTime,
    magMaxRejectionTime: p.magMaxRejectionTime,
    magRejectionFactor: p.magRejectionFactor,
  };
}
