/** Whole numbers as ascending, disjoint, inclusive ranges: thousands of batches of a session in a few bytes. */
export type Ranges = readonly (readonly [from: number, to: number])[];

export function contains(ranges: Ranges, n: number): boolean {
  return ranges.some(([from, to]) => from <= n && n <= to);
}

export function add(ranges: Ranges, n: number): Ranges {
  if (contains(ranges, n)) return ranges;
  const left = ranges.filter(([, to]) => to < n - 1);
  const right = ranges.filter(([from]) => from > n + 1);
  const touching = ranges.filter(([from, to]) => to >= n - 1 && from <= n + 1);
  const from = Math.min(n, ...touching.map((range) => range[0]));
  const to = Math.max(n, ...touching.map((range) => range[1]));
  return [...left, [from, to], ...right];
}

/** What is not there in [0, highest]. */
export function missing(ranges: Ranges, highest: number): Ranges {
  const holes: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    if (next > highest) break;
    if (from > next) holes.push([next, Math.min(from - 1, highest)]);
    next = to + 1;
  }
  if (next <= highest) holes.push([next, highest]);
  return holes;
}
