import { accelerometerStep } from './accelerometer-step.js';
import { coefficientsOf, type VqfCoefficients } from './coefficients.js';
import { composeQuat6D, gyroscopeStep } from './gyroscope-step.js';
import { magnetometerStep } from './magnetometer-step.js';
import { defaultVqfParameters, type VqfParameters } from './parameters.js';
import {
  guessed,
  type ImuSamples,
  lost,
  measured,
  type OrientationTrack,
  orientationTrack,
} from './samples.js';
import * as at from './state.js';

/**
 * Orientation from gyroscope, accelerometer and (if there is one) magnetometer, sample by sample: VQF (Laidig and Seel 2023).
 * The 6-D and the 9-D orientation come from one pass. Samples may come in chunks of any size; the result is the same, bit for bit.
 */
export class Vqf {
  private readonly state: Float64Array;
  private readonly coefficients: VqfCoefficients;

  /** `periodS`: time between two samples, s. Throws a RangeError when it is not positive. */
  constructor(periodS: number, parameters: Partial<VqfParameters> = {}) {
    this.coefficients = coefficientsOf({ ...defaultVqfParameters, ...parameters }, periodS);
    this.state = at.initialState(this.coefficients);
  }

  /** Goes on by all rows of `samples` and writes into `out` from its row 0 on. Nothing is allocated per row. */
  process(
    samples: ImuSamples,
    out: OrientationTrack = orientationTrack(samples.gyr.length / 3, samples.mag !== undefined),
  ): OrientationTrack {
    const count = samples.gyr.length / 3;
    for (let row = 0; row < count; row++) {
      this.step(samples, row);
      this.write(out, row);
    }
    return out;
  }

  /** Goes on by one row. */
  step({ acc, gyr, mag, rows }: ImuSamples, row: number): void {
    const { state, coefficients } = this;
    const kind = rows === undefined ? measured : rows[row]!;
    if (kind === lost) {
      state[at.interrupted] = 1;
      return;
    }
    if (state[at.interrupted] === 1) at.forgetForces(state);
    const i = row * 3;
    state[at.gyr] = gyr[i]!;
    state[at.gyr + 1] = gyr[i + 1]!;
    state[at.gyr + 2] = gyr[i + 2]!;
    gyroscopeStep(state, coefficients);
    if (kind !== measured) {
      if (kind === guessed) state[at.interrupted] = 1;
      composeQuat6D(state);
      return;
    }
    state[at.acc] = acc[i]!;
    state[at.acc + 1] = acc[i + 1]!;
    state[at.acc + 2] = acc[i + 2]!;
    accelerometerStep(state, coefficients);
    if (mag === undefined) return;
    state[at.mag] = mag[i]!;
    state[at.mag + 1] = mag[i + 1]!;
    state[at.mag + 2] = mag[i + 2]!;
    magnetometerStep(state, coefficients);
  }

  /** The memory itself, for reading only (places: state.ts). */
  get memory(): Float64Array {
    return this.state;
  }

  /** A copy of the whole memory. */
  save(): Float64Array {
    return this.state.slice();
  }

  /** Goes on from a saved memory of a filter with the same period and parameters. Throws a RangeError for one of another size. */
  restore(saved: Float64Array): void {
    if (saved.length !== at.stateSize) throw new RangeError('not a saved state of this filter');
    this.state.set(saved);
  }

  reset(): void {
    this.state.set(at.initialState(this.coefficients));
  }

  /** Estimate of the bias now (rad/s) and the upper half of its covariance, (0.01 °/s)². */
  biasEstimate(): { readonly bias: Float64Array; readonly covariance: Float64Array } {
    return {
      bias: this.state.slice(at.bias, at.bias + 3),
      covariance: this.state.slice(at.covariance, at.covariance + 6),
    };
  }

  private write({ quat6D, quat9D, bias, rest, magDisturbed }: OrientationTrack, row: number): void {
    const { state } = this;
    const q = row * 4;
    const w = state[at.quat6D]!;
    const x = state[at.quat6D + 1]!;
    const y = state[at.quat6D + 2]!;
    const z = state[at.quat6D + 3]!;
    quat6D[q] = w;
    quat6D[q + 1] = x;
    quat6D[q + 2] = y;
    quat6D[q + 3] = z;
    if (quat9D !== undefined) {
      const c = Math.cos(state[at.delta]! / 2);
      const s = Math.sin(state[at.delta]! / 2);
      quat9D[q] = c * w - s * z;
      quat9D[q + 1] = c * x - s * y;
      quat9D[q + 2] = c * y + s * x;
      quat9D[q + 3] = c * z + s * w;
    }
    bias[row * 3] = state[at.bias]!;
    bias[row * 3 + 1] = state[at.bias + 1]!;
    bias[row * 3 + 2] = state[at.bias + 2]!;
    rest[row] = state[at.atRest]!;
    magDisturbed[row] = state[at.magDisturbed]!;
  }
}
