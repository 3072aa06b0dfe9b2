import type { ImuSamples } from '../orientation/samples.js';
import { forceCoherence } from './force-coherence.js';
import { quietBias } from './quiet-bias.js';
import { signedPermutations } from './signed-permutations.js';

export type AxisVerdict = 'right' | 'axis-fault' | 'unit-fault' | 'insufficient-motion';

const identity = signedPermutations.slice(0, 1);
const degree = Math.PI / 180;
/** Faster than any device on a body measures (2000 °/s), rad/s. */
const fastest = 36;
const fewestWindows = 4;
/** Long enough that the steps of walking average out, s; and what a short recording has to do with. */
const longWindowS = 12;
const shortWindowS = 4;

/**
 * Whether gyroscope and accelerometer speak of the same movement in the same axes and units. A fault is only called when another reading
 * of the axes explains the recording far better (limits found on sound recordings, a margin of two kept); "right" only when every other is clearly worse.
 */
export function checkAxes(samples: ImuSamples, periodS: number): AxisVerdict {
  if (samples.gyr.some((rate) => Math.abs(rate) > fastest)) return 'unit-fault';
  const bias = quietBias(samples.gyr, periodS);
  const unbiased = { ...samples, gyr: samples.gyr.map((rate, i) => rate - bias[i % 3]!) };
  const long = forceCoherence(unbiased, periodS, longWindowS);
  const isLong = long.windows >= fewestWindows;
  const windowS = isLong ? longWindowS : shortWindowS;
  const found = isLong ? long : forceCoherence(unbiased, periodS, shortWindowS);
  const own = found.errorsDeg[0]!;
  const best = Math.min(...found.errorsDeg.slice(1));
  const margin = isLong ? 4.5 : 7;
  if (scaleIsWrong(unbiased, periodS, windowS, found.windows < fewestWindows ? Infinity : best))
    return 'unit-fault';
  if (found.windows < fewestWindows) return 'insufficient-motion';
  if (own > 3 * best && own - best > margin) return 'axis-fault';
  return best > 1.8 * own && best - own > 0.8 ? 'right' : 'insufficient-motion';
}

/** A gyroscope in °/s read as rad/s, or the other way round; `best` is the error of the best other reading of the axes, degrees. */
function scaleIsWrong(samples: ImuSamples, periodS: number, windowS: number, best: number): boolean {
  for (const scale of [degree, 1 / degree]) {
    // The windows are chosen by the turning that the other unit would mean, so that both are judged on the same ones.
    const leastTurn = Math.min(1, 1 / scale);
    const own = forceCoherence(samples, periodS, windowS, 1, identity, leastTurn);
    const other = forceCoherence(samples, periodS, windowS, scale, identity, leastTurn * scale);
    if (own.windows < fewestWindows || other.windows < fewestWindows) continue;
    const [mine, others] = [own.errorsDeg[0]!, other.errorsDeg[0]!];
    if (mine > 3 * others && mine - others > 3 && others < best / 1.5) return true;
  }
  return false;
}
