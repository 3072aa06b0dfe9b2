/** Spread of a resting gyroscope, rad/s. */
const quiet = 0.012;

/** Mean of the gyroscope over the seconds in which it hardly varies, rad/s; zero when there are none. */
export function quietBias(gyr: Float64Array, periodS: number): readonly [number, number, number] {
  const size = Math.max(8, Math.round(1 / periodS));
  const count = gyr.length / 3;
  const sum: [number, number, number] = [0, 0, 0];
  let seconds = 0;
  for (let start = 0; start + size <= count; start += size) {
    const mean: [number, number, number] = [0, 0, 0];
    const square: [number, number, number] = [0, 0, 0];
    for (let row = start; row < start + size; row++)
      for (const k of [0, 1, 2] as const) {
        const value = gyr[row * 3 + k]!;
        mean[k] += value / size;
        square[k] += (value * value) / size;
      }
    const still = [0, 1, 2].every(
      (k) => square[k]! - mean[k]! ** 2 < quiet ** 2 && Math.abs(mean[k]!) < 0.06,
    );
    if (!still) continue;
    for (const k of [0, 1, 2] as const) sum[k] += mean[k];
    seconds++;
  }
  return seconds === 0 ? [0, 0, 0] : [sum[0] / seconds, sum[1] / seconds, sum[2] / seconds];
}
