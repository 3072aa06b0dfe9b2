import { expect, test } from '@jest/globals';
import { ownScale } from './own-scale.js';

/** Turned slowly by hand about all axes for two minutes: gravity alone, no other force. `scale` is what the gyroscope's axes are off by. */
function turnedByHand(scale: readonly number[]): { acc: Float64Array; gyr: Float64Array } {
  const count = 3000;
  const periodS = 0.04;
  const acc = new Float64Array(count * 3);
  const gyr = new Float64Array(count * 3);
  let [w, x, y, z] = [1, 0, 0, 0];
  for (let row = 0; row < count; row++) {
    const t = row * periodS;
    const busy = t > 5 ? 1 : 0;
    const rate = [0.31, 0.17, 0.23].map((f, k) => busy * (0.6 + 0.9 * Math.sin(f * t + k)));
    const [p, q, r] = rate as [number, number, number];
    acc.set(
      [2 * (x * z - w * y) * 9.81, 2 * (y * z + w * x) * 9.81, (1 - 2 * (x * x + y * y)) * 9.81],
      row * 3,
    );
    gyr.set(
      rate.map((value, k) => value * scale[k]!),
      row * 3,
    );
    const size = Math.hypot(p, q, r);
    const c = Math.cos((size * periodS) / 2);
    const s = size > 0 ? Math.sin((size * periodS) / 2) / size : 0;
    [w, x, y, z] = [
      w * c - (x * p + y * q + z * r) * s,
      x * c + (w * p + y * r - z * q) * s,
      y * c + (w * q - x * r + z * p) * s,
      z * c + (w * r + x * q - y * p) * s,
    ];
  }
  return { acc, gyr };
}

test('given a gyroscope whose axes read a little too much or too little, then what brings them right is found', () => {
  const scale = [1.008, 0.993, 1.007];
  const found = ownScale(turnedByHand(scale), 0.04);
  found!.factors.forEach((factor, k) => expect(Math.abs(factor * scale[k]! - 1)).toBeLessThan(0.003));
});

test('given a sensor that lies still, or a recording of a few seconds, then nothing is said of its scale', () => {
  const { acc, gyr } = turnedByHand([1, 1, 1]);
  const still = acc.map((_, i) => (i % 3 === 2 ? 9.81 : 0));
  expect(ownScale({ acc: still, gyr: new Float64Array(gyr.length) }, 0.04)).toBeUndefined();
  expect(ownScale({ acc: acc.subarray(0, 300), gyr: gyr.subarray(0, 300) }, 0.04)).toBeUndefined();
});
