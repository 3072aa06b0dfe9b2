/** One way in which axes may have been exchanged or turned round: v' [i] = sign[i] · v [axis[i]]. */
export interface SignedPermutation {
  readonly axis: readonly [number, number, number];
  readonly sign: readonly [number, number, number];
  /** +1 for a turn, -1 for a mirror image. */
  readonly determinant: 1 | -1;
}

const orders: readonly (readonly [number, number, number, 1 | -1])[] = [
  [0, 1, 2, 1],
  [0, 2, 1, -1],
  [1, 0, 2, -1],
  [1, 2, 0, 1],
  [2, 0, 1, 1],
  [2, 1, 0, -1],
];

/** All 48; the first leaves everything as it is. */
export const signedPermutations: readonly SignedPermutation[] = orders.flatMap(([a, b, c, parity]) =>
  [1, -1].flatMap((x) =>
    [1, -1].flatMap((y) =>
      [1, -1].map((z) => ({
        axis: [a, b, c] as const,
        sign: [x, y, z] as const,
        determinant: (parity * x * y * z > 0 ? 1 : -1) as 1 | -1,
      })),
    ),
  ),
);
