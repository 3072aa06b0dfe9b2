/** Highest order of differences that is tried: values, their differences, the differences of these. */
export const highestOrder = 2;

/** Differences of some order, wrapped to 32 bits, small ones of either sign as small unsigned numbers (0, -1, 1, -2 … as 0, 1, 2, 3 …). */
export function differences(numbers: Int32Array, order: number): Uint32Array {
  const folded = new Uint32Array(numbers.length);
  let last = 0;
  let lastDifference = 0;
  for (let i = 0; i < numbers.length; i++) {
    const difference = (numbers[i]! - last) | 0;
    const residual =
      order === 0 ? numbers[i]! : order === 1 || i === 0 ? difference : (difference - lastDifference) | 0;
    folded[i] = (residual << 1) ^ (residual >> 31);
    last = numbers[i]!;
    lastDifference = i === 0 ? 0 : difference;
  }
  return folded;
}

/** Undoes `differences`. */
export function summed(folded: Uint32Array, order: number): Int32Array {
  const numbers = new Int32Array(folded.length);
  let last = 0;
  let lastDifference = 0;
  for (let i = 0; i < folded.length; i++) {
    const residual = (folded[i]! >>> 1) ^ -(folded[i]! & 1);
    const difference =
      order === 0 ? residual : order === 1 || i === 0 ? residual : (residual + lastDifference) | 0;
    numbers[i] = order === 0 ? residual : (last + difference) | 0;
    last = numbers[i]!;
    lastDifference = i === 0 ? 0 : difference;
  }
  return numbers;
}

/** The order whose differences are smallest, by the bits they would take. */
export function bestOrder(numbers: Int32Array): number {
  let best = 0;
  let least = Infinity;
  for (let order = 0; order <= highestOrder; order++) {
    let bits = 0;
    for (const folded of differences(numbers, order)) bits += 32 - Math.clz32(folded);
    if (bits < least) {
      least = bits;
      best = order;
    }
  }
  return best;
}

/** Bytes that the largest needs: 1 to 4. */
export function widthOf(folded: Uint32Array): number {
  let all = 0;
  for (const number of folded) all |= number;
  return Math.max(1, Math.ceil((32 - Math.clz32(all)) / 8));
}
