import { expect, test } from '@jest/globals';
import { wrongGyroScale } from './gyro-scale.js';

const rateHz = 50;
const count = 60 * rateHz;
const swing = 2 * Math.PI * 0.06;

/** A leg that swings slowly by ±25° about a level axis, under a right gyroscope and an accelerometer that is a little off. */
function slowSwing(scale: number) {
  const size = (25 * Math.PI) / 180;
  const acc = new Float64Array(count * 3);
  const gyr = new Float64Array(count * 3);
  for (let row = 0; row < count; row++) {
    const t = row / rateHz;
    const angle = size * Math.sin(swing * t);
    acc.set([9.81 * Math.cos(angle) + 0.06, 0.05 - 9.81 * Math.sin(angle), 0.03], row * 3);
    gyr[row * 3 + 2] = scale * size * swing * Math.cos(swing * t);
  }
  return { acc, gyr };
}

test('given a slow leg and an accelerometer that is a little off, then the gyroscope is not blamed', () => {
  for (const scale of [0.99, 0.995, 1, 1.005, 1.01])
    expect(wrongGyroScale(slowSwing(scale), 1 / rateHz)).toBeUndefined();
});
