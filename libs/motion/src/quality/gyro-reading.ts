import { type SignedPermutation, signedPermutations } from './signed-permutations.js';

/** One way to read a gyroscope: axes exchanged or turned round, or in another unit. */
export interface GyroReading {
  readonly permutation: SignedPermutation;
  readonly factor: number;
  readonly fault: 'axis-fault' | 'unit-fault';
}

const asRecorded = signedPermutations[0]!;
const degrees = 180 / Math.PI;

/** The first is as recorded; then the other 47 orders and signs of the axes, then °/s and rad/s mixed up, either way. */
export const gyroReadings: readonly GyroReading[] = [
  ...signedPermutations.map((permutation) => ({ permutation, factor: 1, fault: 'axis-fault' as const })),
  { permutation: asRecorded, factor: degrees, fault: 'unit-fault' },
  { permutation: asRecorded, factor: 1 / degrees, fault: 'unit-fault' },
];

/** The gyroscope's rows as another reading has them. */
export function readAs(
  gyr: Float64Array,
  { permutation: { axis, sign }, factor }: GyroReading,
  out = new Float64Array(gyr.length),
): Float64Array {
  for (let i = 0; i < gyr.length; i += 3)
    for (let k = 0; k < 3; k++) out[i + k] = factor * sign[k]! * gyr[i + axis[k]!]!;
  return out;
}

export interface BestReading {
  readonly error: number;
  readonly fault: GyroReading['fault'];
}

/** A unit must explain the recording this much better than any order of the axes: nearly no turning at all often fits better than a wrong one. */
const unitMargin = 1.5;

/** The best of all readings but the first, by their errors in the order of `gyroReadings`. */
export function bestOfOthers(errors: readonly number[]): BestReading {
  const least = (fault: GyroReading['fault']) =>
    errors.reduce(
      (min, error, i) => (i > 0 && gyroReadings[i]!.fault === fault && error < min ? error : min),
      Infinity,
    );
  const [axes, unit] = [least('axis-fault'), least('unit-fault')];
  return { error: Math.min(axes, unit), fault: unit * unitMargin < axes ? 'unit-fault' : 'axis-fault' };
}
