/** Hip angles per row, degrees: flexion, adduction and internal rotation positive as named, on both sides. */
export interface HipAngles {
  readonly flexionDeg: Float64Array;
  readonly adductionDeg: Float64Array;
  readonly internalRotationDeg: Float64Array;
}

export type Side = 'left' | 'right';

const toDeg = 180 / Math.PI;

export const hipAnglesFor = (count: number): HipAngles => ({
  flexionDeg: new Float64Array(count),
  adductionDeg: new Float64Array(count),
  internalRotationDeg: new Float64Array(count),
});

/**
 * Hip angles of one row from R = pelvisᵀ · femur (segment axes x anterior, y left, z up): the joint coordinate system of Grood and Suntay
 * (J Biomech Eng 1983) with the conventions of Wu et al. (J Biomech 2002): R = Ry(-flexion) · Rx(s adduction) · Rz(s rotation), s = 1 right, -1 left.
 */
function write(
  out: HipAngles,
  row: number,
  s: number,
  r02: number,
  r22: number,
  r12: number,
  r10: number,
  r11: number,
): void {
  out.flexionDeg[row] = -Math.atan2(r02, r22) * toDeg;
  out.adductionDeg[row] = s * Math.asin(Math.max(-1, Math.min(1, -r12))) * toDeg;
  out.internalRotationDeg[row] = s * Math.atan2(r10, r11) * toDeg;
}

/** From quaternions segment to a common earth frame, four values a row. */
export function hipAngles(pelvis: Float64Array, femur: Float64Array, side: Side): HipAngles {
  const count = Math.min(pelvis.length, femur.length) / 4;
  const out = hipAnglesFor(count);
  const s = side === 'right' ? 1 : -1;
  for (let row = 0; row < count; row++) {
    const q = row * 4;
    const a0 = pelvis[q]!;
    const a1 = -pelvis[q + 1]!;
    const a2 = -pelvis[q + 2]!;
    const a3 = -pelvis[q + 3]!;
    const b0 = femur[q]!;
    const b1 = femur[q + 1]!;
    const b2 = femur[q + 2]!;
    const b3 = femur[q + 3]!;
    const w = a0 * b0 - a1 * b1 - a2 * b2 - a3 * b3;
    const x = a0 * b1 + a1 * b0 + a2 * b3 - a3 * b2;
    const y = a0 * b2 - a1 * b3 + a2 * b0 + a3 * b1;
    const z = a0 * b3 + a1 * b2 - a2 * b1 + a3 * b0;
    write(
      out,
      row,
      s,
      2 * (x * z + w * y),
      w * w - x * x - y * y + z * z,
      2 * (y * z - w * x),
      2 * (x * y + w * z),
      w * w - x * x + y * y - z * z,
    );
  }
  return out;
}

/** From rotation matrices segment to laboratory, row by row, nine values a frame. */
export function hipAnglesFromFrames(pelvis: Float64Array, femur: Float64Array, side: Side): HipAngles {
  const count = Math.min(pelvis.length, femur.length) / 9;
  const out = hipAnglesFor(count);
  const s = side === 'right' ? 1 : -1;
  for (let row = 0; row < count; row++) {
    const f = row * 9;
    const element = (i: number, j: number) =>
      pelvis[f + i]! * femur[f + j]! +
      pelvis[f + 3 + i]! * femur[f + 3 + j]! +
      pelvis[f + 6 + i]! * femur[f + 6 + j]!;
    write(out, row, s, element(0, 2), element(2, 2), element(1, 2), element(1, 0), element(1, 1));
  }
  return out;
}
