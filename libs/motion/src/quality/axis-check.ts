import type { ImuSamples } from '../orientation/samples.js';
import { forceCoherence } from './force-coherence.js';
import { gravityAgreement } from './gravity-agreement.js';
import { bestOfOthers } from './gyro-reading.js';
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
/** Recordings shorter than this tell nothing by the filter; those up to the second are judged more carefully, s. */
const shortestS = 12;
const wholeS = 35;
/** Further from the vertical the slow part of the force strays in no sound recording, degrees. */
const farthestDeg = 9;

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
  const upright = checkGravity(samples, periodS);
  if (found.windows < fewestWindows) return upright;
  if (upright === 'unit-fault') return upright;
  if (upright === 'axis-fault' || (own > 3 * best && own - best > margin)) return 'axis-fault';
  return upright === 'right' || (best > 1.8 * own && best - own > 0.8) ? 'right' : 'insufficient-motion';
}

/**
 * The same question put to the orientation filter, which sees slow and small movements too. Limits found on the sound recordings, whole and in
 * pieces: the best other reading is never better by more than 2.1 times over 40 s and more, 3.4 times over 20 s; none strays by more than 5.8°.
 */
function checkGravity(samples: ImuSamples, periodS: number): AxisVerdict {
  const { errorsDeg, lengthS } = gravityAgreement(samples, periodS);
  if (!(lengthS >= shortestS)) return 'insufficient-motion';
  const own = errorsDeg[0]!;
  const { error: best, fault } = bestOfOthers(errorsDeg);
  const times = lengthS < wholeS ? 4.5 : 3;
  if (own > times * best && own - best > 1) return fault;
  if (own > farthestDeg && own > 1.6 * best) return fault;
  return best > 2.5 * own && best - own > 1 ? 'right' : 'insufficient-motion';
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
