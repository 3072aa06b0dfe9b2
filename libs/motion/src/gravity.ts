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

/** Time constant with which the accelerometer corrects the gyroscope, s: far longer than a repetition, whose own acceleration is no gravity. */
const correctionS = 10;
/** A gyroscope that varies less than this (rad/s, one standard deviation an axis) is at rest: its mean is its bias. */
const restRate = 0.02;

/** When the sensor is said to lie still, s from the first sample. */
export interface RestWindow {
  readonly fromS: number;
  readonly toS: number;
}

export interface ImuTrack {
  readonly time: Float64Array;
  readonly channels: Readonly<Record<string, Float64Array>>;
}

/**
 * The direction "up" in the segment's axes at each sample (x, y, z in turn): turned by the gyroscope, pulled towards the accelerometer
 * where that measures about 1 g. The bias is the gyroscope's mean in the `rest` window, if the sensor lies still there. A complementary filter of the gravity vector (R. Mahony et al., IEEE TAC 2008).
 */
export function upFromImu(
  { time, channels }: ImuTrack,
  mounting: Quaternion,
  rest: RestWindow,
): Float64Array {
  const { accX, accY, accZ, gyrX, gyrY, gyrZ } = channels as Record<
    'accX' | 'accY' | 'accZ' | 'gyrX' | 'gyrY' | 'gyrZ',
    Float64Array
  >;
  const biasOf = (axis: Float64Array) => restBias(time, axis, rest);
  const bias: Vector = [biasOf(gyrX), biasOf(gyrY), biasOf(gyrZ)];
  const up = new Float64Array(time.length * 3);
  let current: Vector = [0, 0, 0];
  for (let i = 0; i < time.length; i++) {
    const acc = rotate(mounting, [accX[i]!, accY[i]!, accZ[i]!]);
    const norm = Math.hypot(...acc);
    const measured: Vector = norm > 0 ? [acc[0] / norm, acc[1] / norm, acc[2] / norm] : current;
    if (i === 0) current = measured;
    else {
      const dt = time[i]! - time[i - 1]!;
      const [wx, wy, wz] = rotate(mounting, [gyrX[i]! - bias[0], gyrY[i]! - bias[1], gyrZ[i]! - bias[2]]);
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

/** Mean of one gyroscope axis while the sensor is at rest; 0 when it is not. */
function restBias(time: Float64Array, axis: Float64Array, { fromS, toS }: RestWindow): number {
  const values = axis.filter((_, i) => time[i]! >= fromS && time[i]! <= toS);
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(variance) < restRate ? mean : 0;
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
