/** Inverse of a symmetric 3x3 matrix given and returned as its upper half 00 01 02 11 12 22; false (and zeros) when it has none. */
export function invertSymmetric(from: Float64Array, i: number, to: Float64Array, k: number): boolean {
  const a = from[i]!;
  const b = from[i + 1]!;
  const c = from[i + 2]!;
  const d = from[i + 3]!;
  const e = from[i + 4]!;
  const f = from[i + 5]!;
  const c00 = d * f - e * e;
  const c01 = c * e - b * f;
  const c02 = b * e - c * d;
  const determinant = a * c00 + b * c01 + c * c02;
  if (Math.abs(determinant) <= Number.EPSILON) {
    to.fill(0, k, k + 6);
    return false;
  }
  to[k] = c00 / determinant;
  to[k + 1] = c01 / determinant;
  to[k + 2] = c02 / determinant;
  to[k + 3] = (a * f - c * c) / determinant;
  to[k + 4] = (b * c - a * e) / determinant;
  to[k + 5] = (a * d - b * b) / determinant;
  return true;
}

/** out[k…] = M v for a symmetric M given as its upper half. */
export function multiplySymmetric(
  m: Float64Array,
  i: number,
  v: Float64Array,
  j: number,
  out: Float64Array,
  k: number,
): void {
  const x = v[j]!;
  const y = v[j + 1]!;
  const z = v[j + 2]!;
  out[k] = m[i]! * x + m[i + 1]! * y + m[i + 2]! * z;
  out[k + 1] = m[i + 1]! * x + m[i + 3]! * y + m[i + 4]! * z;
  out[k + 2] = m[i + 2]! * x + m[i + 4]! * y + m[i + 5]! * z;
}
