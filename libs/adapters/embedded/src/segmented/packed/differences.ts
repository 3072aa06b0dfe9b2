/** Differences of some order (0: the numbers themselves, 1: their differences, 2: the differences of these), wrapped to 32 bits, small ones of either sign as small unsigned numbers (0, -1, 1, -2 … as 0, 1, 2, 3 …). */
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
  const bits = [0, 0, 0];
  let last = 0;
  let lastDifference = 0;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    const difference = (number - last) | 0;
    bits[0]! += bitsOf(number);
    bits[1]! += bitsOf(difference);
    bits[2]! += bitsOf(i === 0 ? difference : (difference - lastDifference) | 0);
    last = number;
    lastDifference = i === 0 ? 0 : difference;
  }
  return bits.indexOf(Math.min(...bits));
}

const bitsOf = (residual: number): number => 32 - Math.clz32((residual << 1) ^ (residual >> 31));

/** Bytes that the largest needs: 1 to 4. */
export function widthOf(folded: Uint32Array): number {
  let all = 0;
  for (const number of folded) all |= number;
  return Math.max(1, Math.ceil((32 - Math.clz32(all)) / 8));
}
