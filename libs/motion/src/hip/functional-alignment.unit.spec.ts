import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Quaternion } from '../recording/sensor-stream.js';
import { functionalMounting } from './functional-alignment.js';
import { conjugate, multiply, rotate, unitQuaternion, type Vector } from './quaternion.js';

const periodS = 0.01;
const rows = 900;

/** Still for 3 s, then the hip bends to `peakDeg` and straightens, three times; sensor axes as the mounting has them. */
function bending(mounting: Quaternion, peakDeg: number): { acc: Float64Array; gyr: Float64Array } {
  const acc = new Float64Array(rows * 3);
  const gyr = new Float64Array(rows * 3);
  const peak = (peakDeg * Math.PI) / 180;
  for (let i = 0; i < rows; i++) {
    const t = Math.max(0, i * periodS - 3);
    const angle = (peak * (1 - Math.cos(Math.PI * t))) / 2;
    const speed = (peak * Math.PI * Math.sin(Math.PI * t)) / 2;
    // Flexion turns by the negative angle about y: up, seen from the segment, goes to +x.
    const up: Vector = [9.81 * Math.sin(angle), 0, 9.81 * Math.cos(angle)];
    acc.set(rotate(conjugate(mounting), up), i * 3);
    gyr.set(rotate(conjugate(mounting), [0, -speed, 0]), i * 3);
  }
  return { acc, gyr };
}

const neutral = { startS: 0.5, endS: 2.5 };
const flexion = { startS: 3, endS: 9 };

describe('a mounting found from movement', () => {
  test('given any way of wearing the sensor, when the hip is bent, then the mounting is found within 0.1°', () => {
    const part = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(part, part, part, part), (parts) => {
        fc.pre(Math.hypot(...parts) > 0.1);
        const mounting = unitQuaternion(parts);
        const found = functionalMounting(bending(mounting, 40), periodS, neutral, flexion)!;
        const [w] = multiply(found, conjugate(mounting));
        expect((2 * Math.acos(Math.min(1, Math.abs(w))) * 180) / Math.PI).toBeLessThan(0.1);
      }),
    );
  });

  test('given a swing too small, or no movement, then none is claimed', () => {
    for (const peak of [0, 10])
      expect(functionalMounting(bending([1, 0, 0, 0], peak), periodS, neutral, flexion)).toBeUndefined();
  });
});
