/** One figure: measured against its limit. */
export interface Result {
  readonly name: string;
  readonly measured: string;
  readonly limit: string;
  readonly unit: string;
  readonly ok: boolean;
}

export const atLeast = (name: string, measured: number, limit: number, unit: string): Result => ({
  name,
  measured: round(measured),
  limit: `>= ${limit}`,
  unit,
  ok: measured >= limit,
});

export const atMost = (name: string, measured: number, limit: number, unit: string): Result => ({
  name,
  measured: round(measured),
  limit: `<= ${limit}`,
  unit,
  ok: measured <= limit,
});

/** "Class": within 1.5 times of the limit. */
export const inClass = (name: string, measured: number, limit: number, unit: string): Result => ({
  name,
  measured: round(measured),
  limit: `${limit} class`,
  unit,
  ok: measured <= limit * 1.5,
});

/** The same for what is to be large. */
export const inClassAbove = (name: string, measured: number, limit: number, unit: string): Result => ({
  name,
  measured: round(measured),
  limit: `>= ${limit} class`,
  unit,
  ok: measured >= limit / 1.5,
});

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
};

const round = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toFixed(2));
