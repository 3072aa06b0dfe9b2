import type { VqfParameters } from './parameters.js';
import { guessed, type ImuSamples, lost, measured } from './samples.js';
import { invertSymmetric, multiplySymmetric } from './symmetric.js';
import { Vqf } from './vqf.js';
import * as at from './state.js';

export interface OfflineBias {
  readonly bias: Float64Array;
  readonly rest: Uint8Array;
  readonly magDisturbed: Uint8Array;
}

/**
 * Bias of the gyroscope from the past and from the future of each row: the filter runs forward and, with all rates turned round, backward;
 * the two estimates are averaged by their covariances (Laidig and Seel 2023, section 3.6).
 */
export function offlineBias(
  samples: ImuSamples,
  periodS: number,
  parameters: Partial<VqfParameters>,
): OfflineBias {
  const count = samples.gyr.length / 3;
  const rest = new Uint8Array(count);
  const magDisturbed = new Uint8Array(count);
  const bias = new Float64Array(count * 3);
  const information = new Float64Array(count * 6);
  const forward = new Vqf(periodS, parameters);
  for (let row = 0; row < count; row++) {
    forward.step(samples, row);
    const { memory } = forward;
    rest[row] = memory[at.atRest]!;
    magDisturbed[row] = memory[at.magDisturbed]!;
    invertSymmetric(memory, at.covariance, information, row * 6);
    multiplySymmetric(information, row * 6, memory, at.bias, bias, row * 3);
  }
  const reversed: ImuSamples = { ...samples, gyr: samples.gyr.map((value) => -value) };
  const backward = new Vqf(periodS, parameters);
  const other = new Float64Array(9);
  for (let row = count - 1; row >= 0; row--) {
    backward.step(reversed, row);
    const { memory } = backward;
    if (memory[at.atRest] === 1) rest[row] = 1;
    if (memory[at.magDisturbed] === 0) magDisturbed[row] = 0;
    invertSymmetric(memory, at.covariance, other, 0);
    multiplySymmetric(other, 0, memory, at.bias, other, 6);
    for (let k = 0; k < 3; k++) bias[row * 3 + k] = bias[row * 3 + k]! - other[6 + k]!;
    for (let k = 0; k < 6; k++) information[row * 6 + k] = information[row * 6 + k]! + other[k]!;
    invertSymmetric(information, row * 6, information, row * 6);
    multiplySymmetric(information, row * 6, bias, row * 3, bias, row * 3);
  }
  return { bias, rest, magDisturbed };
}

export const isBreak = (rows: Uint8Array | undefined, row: number): boolean =>
  rows?.[row] === lost || rows?.[row] === guessed;
export const isMeasured = (rows: Uint8Array | undefined, row: number): boolean =>
  rows === undefined || rows[row] === measured;
