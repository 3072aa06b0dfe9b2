import { type ImuSamples, measured } from '../orientation/samples.js';
import { Vqf } from '../orientation/vqf.js';
import { lowPassBothWays, toEarth } from './gravity-agreement.js';
import { meanRows } from './thinned.js';

/** Factors for the axes of a gyroscope, and one standard error of each. */
export interface OwnScale {
  readonly factors: readonly [number, number, number];
  readonly errors: readonly [number, number, number];
}

type Three = [number, number, number];

/** Rate that is enough, samples/s. */
const enoughHz = 24;
/** Slower changes of the force tell how well gravity is held, Hz. */
const cutOffHz = 0.1;
/** What good gyroscopes are off by (one standard deviation). */
const ordinary = 0.0075;
/** What is left over is no white noise: it counts this much more. */
const colour = 3;
/** Known less well than this on any axis, the scale is left as it is. */
const mostError = 0.0045;
const settleS = 5;
const step = 0.002;
const rounds = 4;

/**
 * The scale of a gyroscope, found from gravity: factors for its axes with which the slow part of the force stays upright in the filter's earth frame (least
 * squares around what is ordinary). Undefined when the recording does not turn enough about all axes, or shakes too much, to tell it well.
 */
export function ownScale(samples: ImuSamples, periodS: number): OwnScale | undefined {
  const factor = Math.max(1, Math.floor(1 / (periodS * enoughHz) + 0.5));
  const count = Math.floor(samples.gyr.length / 3 / factor);
  const thin = meanRows(samples, 0, count, factor);
  const thinS = periodS * factor;
  if (count * thinS < 4 * settleS) return undefined;
  const off: Three = [0, 0, 0];
  let normal: Three[] = [];
  for (let round = 0; round < rounds; round++) {
    const now = strayed(thin, thinS, off);
    const slopes = [0, 1, 2].map((k) => {
      const beside: Three = [...off];
      beside[k] = beside[k]! + step;
      return strayed(thin, thinS, beside).map((value, i) => (value - now[i]!) / step);
    });
    const variance = (dot(now, now) / now.length) * colour ** 2;
    if (!(variance > 0)) return undefined;
    normal = slopes.map((one, a) =>
      slopes.map((other, b) => dot(one, other) / variance + (a === b ? 1 / ordinary ** 2 : 0)),
    ) as Three[];
    const wanted = slopes.map((slope, k) => -dot(slope, now) / variance - off[k]! / ordinary ** 2);
    solve(normal, wanted as Three).forEach((change, k) => (off[k] = off[k]! + change));
  }
  const errors = [0, 1, 2].map((k) =>
    Math.sqrt(solve(normal, [0, 1, 2].map((i) => (i === k ? 1 : 0)) as Three)[k]!),
  ) as Three;
  if (!errors.every((error) => error <= mostError)) return undefined;
  return { factors: off.map((value) => 1 + value) as Three, errors };
}

/** The rows with the gyroscope's axes multiplied. */
export function rescaled(samples: ImuSamples, { factors }: Pick<OwnScale, 'factors'>): ImuSamples {
  return { ...samples, gyr: samples.gyr.map((rate, i) => rate * factors[i % 3]!) };
}

/** Horizontal part of the slow force in the filter's earth frame, m/s², a few times a cut-off period. */
function strayed(samples: ImuSamples, periodS: number, off: Three): Float64Array {
  const changed = rescaled(samples, { factors: [1 + off[0], 1 + off[1], 1 + off[2]] });
  const { quat6D } = new Vqf(periodS).process(changed);
  const force = new Float64Array(samples.acc.length);
  toEarth(samples, quat6D, force);
  lowPassBothWays(force, Math.exp(-2 * Math.PI * cutOffHz * periodS));
  const every = Math.max(1, Math.round(1 / (8 * cutOffHz * periodS)));
  const out: number[] = [];
  for (let row = Math.round(settleS / periodS); row * 3 < force.length; row += every)
    if (samples.rows === undefined || samples.rows[row] === measured)
      out.push(force[row * 3]!, force[row * 3 + 1]!);
  return Float64Array.from(out);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Three equations with a positive matrix, by Cramer's rule. */
function solve(m: readonly Three[], right: Three): Three {
  const det = (a: readonly Three[]) =>
    a[0]![0] * (a[1]![1] * a[2]![2] - a[1]![2] * a[2]![1]) -
    a[0]![1] * (a[1]![0] * a[2]![2] - a[1]![2] * a[2]![0]) +
    a[0]![2] * (a[1]![0] * a[2]![1] - a[1]![1] * a[2]![0]);
  const whole = det(m);
  return [0, 1, 2].map(
    (k) => det(m.map((line, r) => line.map((value, c) => (c === k ? right[r]! : value)) as Three)) / whole,
  ) as Three;
}
