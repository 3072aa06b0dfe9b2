import type { ImuSamples } from '../orientation/samples.js';
import { forceCoherence } from './force-coherence.js';
import { quietBias } from './quiet-bias.js';
import { signedPermutations } from './signed-permutations.js';

const identity = signedPermutations.slice(0, 1);
const windowS = 12;
const fewestWindows = 4;
const farthest = 0.04;
const step = 0.005;
/** A scale this close to right is within what good devices state. */
const allowed = 0.0125;
/** How much steadier the force must be at the best scale than as recorded, and than 2 % beside the best. */
const clearlyBetter = 1.25;
/** An accelerometer that is 0.07 m/s² off lets gravity wander as far in a leg that swings slowly, degrees: less proves nothing. */
const offsetDeg = 0.4;

/**
 * The factor by which the gyroscope should be multiplied, when that is clearly not 1: the scale at which the mean force in the gyroscope's frame is
 * steadiest. Only much turning in one direction tells it; undefined when it is right or cannot be told.
 */
export function wrongGyroScale(samples: ImuSamples, periodS: number): number | undefined {
  const bias = quietBias(samples.gyr, periodS);
  const unbiased = { ...samples, gyr: samples.gyr.map((rate, i) => rate - bias[i % 3]!) };
  const error = (scale: number): number => {
    const { windows, errorsDeg } = forceCoherence(unbiased, periodS, windowS, scale, identity);
    return windows < fewestWindows ? NaN : errorsDeg[0]!;
  };
  const own = error(1);
  const ends = [error(1 - farthest), error(1 + farthest)];
  if (!(Math.max(...ends) > 1.8 * own || Math.min(...ends) < own / clearlyBetter)) return undefined;
  let best = 1;
  let least = own;
  for (let k = -farthest; k <= farthest + 1e-9; k += step) {
    const found = error(1 + k);
    if (found < least) [best, least] = [1 + k, found];
  }
  const inside = Math.abs(best - 1) < farthest - step / 2;
  if (!inside || Math.abs(best - 1) < allowed || own < clearlyBetter * least) return undefined;
  if (own - least < offsetDeg) return undefined;
  const beside = Math.min(error(best - 0.02), error(best + 0.02));
  return beside > clearlyBetter * least ? best : undefined;
}
