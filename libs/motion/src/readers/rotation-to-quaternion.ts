/** Quaternion [w, x, y, z] of a rotation matrix given as nine columns m[i][j] (row i, column j), row by row. The largest part is found first, so that nothing is divided by little. */
export function quaternionsOfMatrices(m: readonly (readonly Float64Array[])[], rows: number): Float64Array[] {
  const out = [0, 1, 2, 3].map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const e = (i: number, j: number) => m[i]![j]![row]!;
    const trace = e(0, 0) + e(1, 1) + e(2, 2);
    const squares = [trace, e(0, 0), e(1, 1), e(2, 2)];
    const largest = squares.indexOf(Math.max(...squares));
    const q: [number, number, number, number] =
      largest === 0
        ? [1 + trace, e(2, 1) - e(1, 2), e(0, 2) - e(2, 0), e(1, 0) - e(0, 1)]
        : fromDiagonal(e, largest - 1);
    const size = Math.hypot(...q);
    for (let k = 0; k < 4; k++) out[k]![row] = size > 0 ? q[k]! / size : NaN;
  }
  return out;
}

function fromDiagonal(e: (i: number, j: number) => number, i: number): [number, number, number, number] {
  const j = (i + 1) % 3;
  const k = (i + 2) % 3;
  const q: [number, number, number, number] = [e(k, j) - e(j, k), 0, 0, 0];
  q[i + 1] = 1 + e(i, i) - e(j, j) - e(k, k);
  q[j + 1] = e(j, i) + e(i, j);
  q[k + 1] = e(k, i) + e(i, k);
  return q;
}
