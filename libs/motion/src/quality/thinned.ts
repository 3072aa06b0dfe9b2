import { bridged, guessed, type ImuSamples, lost, measured } from '../orientation/samples.js';

/** Rate that is enough for questions about seconds, samples/s. */
const enoughHz = 45;
/** Longest stretch that is looked at, s: the one with the most turning. */
const longestS = 200;

/** The liveliest part of a recording at a lower rate: means of neighbouring rows. Keeps questions that need many passes cheap. */
export function thinned(
  samples: ImuSamples,
  periodS: number,
): { readonly samples: ImuSamples; readonly periodS: number } {
  const factor = Math.max(1, Math.floor(1 / (periodS * enoughHz)));
  const all = Math.floor(samples.gyr.length / 3 / factor);
  const count = Math.min(all, Math.round(longestS / (periodS * factor)));
  const from = count < all ? liveliest(samples.gyr, factor, count) : 0;
  return { samples: meanRows(samples, from, count, factor), periodS: periodS * factor };
}

/** `count` rows from `from` on, each the mean of `factor` rows; `from` counts such means. */
export function meanRows(samples: ImuSamples, from: number, count: number, factor: number): ImuSamples {
  const rows = new Uint8Array(count);
  for (let row = 0; row < count; row++) rows[row] = kindOf(samples.rows, (from + row) * factor, factor);
  return {
    acc: means(samples.acc, from, count, factor),
    gyr: means(samples.gyr, from, count, factor),
    rows,
  };
}

function means(values: Float64Array, from: number, count: number, factor: number): Float64Array {
  const out = new Float64Array(count * 3);
  for (let row = 0; row < count; row++)
    for (let j = 0; j < factor; j++)
      for (let k = 0; k < 3; k++)
        out[row * 3 + k] = out[row * 3 + k]! + values[((from + row) * factor + j) * 3 + k]! / factor;
  return out;
}

/** The worst of the rows that go into one. */
function kindOf(rows: Uint8Array | undefined, at: number, factor: number): number {
  let kind: number = measured;
  for (let j = 0; rows !== undefined && j < factor; j++) {
    if (rows[at + j] === lost) return lost;
    if (rows[at + j] === guessed) kind = guessed;
    else if (rows[at + j] === bridged && kind === measured) kind = bridged;
  }
  return kind;
}

/** First thinned row of the stretch of `count` with the most turning. */
function liveliest(gyr: Float64Array, factor: number, count: number): number {
  const all = Math.floor(gyr.length / 3 / factor);
  const turned = new Float64Array(all + 1);
  for (let row = 0; row < all; row++) {
    const i = row * factor * 3;
    turned[row + 1] = turned[row]! + Math.hypot(gyr[i]!, gyr[i + 1]!, gyr[i + 2]!);
  }
  let best = 0;
  for (let row = 1; row + count <= all; row++)
    if (turned[row + count]! - turned[row]! > turned[best + count]! - turned[best]!) best = row;
  return best;
}
