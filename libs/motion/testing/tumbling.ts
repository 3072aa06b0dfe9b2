import type { ImuSamples } from '../src/orientation/index.js';

/** Made-up but reproducible motion: rest, then turning about all axes, with gravity, a field and a bias. */
export function tumbling(count: number, periodS: number): Required<Omit<ImuSamples, 'rows'>> {
  const acc = new Float64Array(count * 3);
  const gyr = new Float64Array(count * 3);
  const mag = new Float64Array(count * 3);
  for (let i = 0; i < count; i++) {
    const t = i * periodS;
    const busy = t > 3 ? 1 : 0;
    for (let k = 0; k < 3; k++) {
      gyr[i * 3 + k] = 0.005 * (k - 1) + busy * Math.sin(t * (1 + k * 0.37));
      acc[i * 3 + k] = (k === 2 ? 9.81 : 0.2) + busy * 3 * Math.sin(t * (0.7 + k * 0.21) + k);
      mag[i * 3 + k] = 30 * Math.cos(t * (0.5 + k * 0.3) * busy + k);
    }
  }
  return { acc, gyr, mag };
}
