type Vector = [number, number, number];
type Quaternion = readonly [number, number, number, number];

/** v turned by the unit quaternion q (Hamilton, [w, x, y, z]). */
export function rotate([w, x, y, z]: Quaternion, [a, b, c]: Vector): Vector {
  const tx = 2 * (y * c - z * b);
  const ty = 2 * (z * a - x * c);
  const tz = 2 * (x * b - y * a);
  return [a + w * tx + y * tz - z * ty, b + w * ty + z * tx - x * tz, c + w * tz + x * ty - y * tx];
}

const conjugate = ([w, x, y, z]: Quaternion): Quaternion => [w, -x, -y, -z];

/** Time constant with which the accelerometer corrects the gyroscope, s: longer than a repetition's acceleration, shorter than drift. */
const correctionS = 2;

export interface ImuTrack {
  readonly time: Float64Array;
  readonly channels: Readonly<Record<string, Float64Array>>;
}

/**
 * The direction "up" in the segment's axes at each sample (x, y, z in turn): turned by the gyroscope, pulled towards the accelerometer
 * where that measures about 1 g. A complementary filter of the gravity vector (R. Mahony et al., IEEE TAC 2008, without bias estimate).
 */
export function upFromImu({ time, channels }: ImuTrack, mounting: Quaternion): Float64Array {
  const { accX, accY, accZ, gyrX, gyrY, gyrZ } = channels as Record<
    'accX' | 'accY' | 'accZ' | 'gyrX' | 'gyrY' | 'gyrZ',
    Float64Array
  >;
  const up = new Float64Array(time.length * 3);
  let current: Vector = [0, 0, 0];
  for (let i = 0; i < time.length; i++) {
    const acc = rotate(mounting, [accX[i]!, accY[i]!, accZ[i]!]);
    const norm = Math.hypot(...acc);
    const measured: Vector = norm > 0 ? [acc[0] / norm, acc[1] / norm, acc[2] / norm] : current;
    if (i === 0) current = measured;
    else {
      const dt = time[i]! - time[i - 1]!;
      const [wx, wy, wz] = rotate(mounting, [gyrX[i]!, gyrY[i]!, gyrZ[i]!]);
      const [x, y, z] = current;
      // d(up)/dt = up × ω in the turning frame.
      const turned: Vector = [
        x + (y * wz - z * wy) * dt,
        y + (z * wx - x * wz) * dt,
        z + (x * wy - y * wx) * dt,
      ];
      const trust = Math.abs(norm - 9.81) < 2 ? Math.min(1, dt / correctionS) : 0;
      const mixed = turned.map((value, axis) => value + trust * (measured[axis]! - value)) as Vector;
      const size = Math.hypot(...mixed);
      current = size > 0 ? [mixed[0] / size, mixed[1] / size, mixed[2] / size] : measured;
    }
    up.set(current, i * 3);
  }
  return up;
}

/** The same from on-board orientation (sensor to earth, z up). */
export function upFromOrientation({ time, channels }: ImuTrack, mounting: Quaternion): Float64Array {
  const { quatW, quatX, quatY, quatZ } = channels as Record<
    'quatW' | 'quatX' | 'quatY' | 'quatZ',
    Float64Array
  >;
  const up = new Float64Array(time.length * 3);
  for (let i = 0; i < time.length; i++) {
    const q: Quaternion = [quatW[i]!, quatX[i]!, quatY[i]!, quatZ[i]!];
    up.set(rotate(mounting, rotate(conjugate(q), [0, 0, 1])), i * 3);
  }
  return up;
}
