/** A value held for less than this may be a repeated packet, s. */
const heldS = 0.1;
/** Rates below this may be an offset of the gyroscope, rad/s. */
const turning = 0.05;
/** The force would have turned by this meanwhile, rad: more than a sensor's coarsest digit. */
const unseenTurn = 0.01;

/**
 * Takes out of `source` (row as given for each row of the grid, -1 for none) what no sensor can have measured: a force of exactly nothing, with which devices
 * and programs fill what is lost; and a last value held on, which shows when gyroscope and accelerometer stay the same to the last digit although the gyroscope
 * tells of a turn that the force must follow. `fields`: accX-Z in m/s², gyrX-Z in rad/s.
 */
export function dropUnreal(fields: readonly Float64Array[], source: Int32Array, periodS: number): void {
  const [x, y, z] = fields as [Float64Array, Float64Array, Float64Array];
  for (let row = 0; row < source.length; row++) {
    const i = source[row]!;
    if (i >= 0 && x[i] === 0 && y[i] === 0 && z[i] === 0) source[row] = -1;
  }
  const six = fields.slice(0, 6);
  const same = (a: number, b: number) => a >= 0 && b >= 0 && six.every((field) => field[a] === field[b]);
  for (let row = 1; row < source.length; row++) {
    if (!same(source[row]!, source[row - 1]!)) continue;
    const first = row - 1;
    while (row < source.length && same(source[row]!, source[first]!)) row++;
    const lengthS = (row - first) * periodS;
    const rate = turnOfForce(six, source[first]!);
    if (lengthS >= heldS && rate > turning && rate * lengthS > unseenTurn) source.fill(-1, first + 1, row);
  }
}

/** How fast the force would change its direction in the sensor's axes if it stayed where it is, rad/s. */
function turnOfForce(six: readonly Float64Array[], i: number): number {
  const [ax, ay, az, gx, gy, gz] = six.map((field) => field[i]!) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const across = Math.hypot(gy * az - gz * ay, gz * ax - gx * az, gx * ay - gy * ax);
  return across / Math.hypot(ax, ay, az);
}
