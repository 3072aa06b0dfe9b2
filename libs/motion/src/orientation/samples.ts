/**
 * What happened at a row: measured; lost but short enough to bridge (gyroscope filled in, the rest skipped); lost for long (nothing is integrated); or bridged
 * over so much turning that the filters of the force must begin anew behind it.
 */
export const measured = 0;
export const bridged = 1;
export const lost = 2;
export const guessed = 3;

/** Rows of one inertial sensor on an even grid; three values a row, in the sensor's axes. */
export interface ImuSamples {
  /** Specific force, m/s². */
  readonly acc: Float64Array;
  /** Angular rate, rad/s. */
  readonly gyr: Float64Array;
  /** Magnetic field, any unit. */
  readonly mag?: Float64Array;
  /** `measured`, `bridged`, `guessed` or `lost` per row; without it all are measured. */
  readonly rows?: Uint8Array;
}

/** Orientation per row: unit quaternions [w, x, y, z], sensor to earth (z up), four values a row. */
export interface OrientationTrack {
  /** From gyroscope and accelerometer: heading arbitrary. */
  readonly quat6D: Float64Array;
  /** With the magnetometer: y to magnetic north. */
  readonly quat9D?: Float64Array;
  /** Bias of the gyroscope, rad/s, three values a row. */
  readonly bias: Float64Array;
  /** 1 where the sensor rests. */
  readonly rest: Uint8Array;
  /** 1 where the magnetic field is not the reference field (without a magnetometer always 1). */
  readonly magDisturbed: Uint8Array;
}

/** Room for `count` rows. */
export function orientationTrack(count: number, withMagnetometer: boolean): OrientationTrack {
  return {
    quat6D: new Float64Array(count * 4),
    ...(withMagnetometer ? { quat9D: new Float64Array(count * 4) } : {}),
    bias: new Float64Array(count * 3),
    rest: new Uint8Array(count),
    magDisturbed: new Uint8Array(count),
  };
}
