/**
 * Sensors count: what they send are whole numbers times a step, or text with so many decimals. Where a column is that, the whole numbers say
 * it all, and they pack far better than floats. (The idea is that of ALP, Afroozeh, Kuffo and Boncz 2023: find the decimals, keep exceptions.)
 */
export type Rule =
  | { readonly kind: 'decimal'; readonly decimals: number }
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'bits' };

export interface WholeNumbers {
  readonly rule: Rule;
  readonly numbers: Int32Array;
  /** Places whose value the rule does not give back; there the number repeats the one before. */
  readonly exceptions: readonly number[];
}

type Floats = Float32Array | Float64Array;

const largest = 2 ** 30;
const mostDecimals = 7;
/** With more, nearly every small float32 looks like text: a step is asked for first. */
const plausibleDecimals = 4;
const powers = Array.from({ length: mostDecimals + 1 }, (_, decimals) => 10 ** decimals);
/** One exception in so many values is bearable. */
const bearable = 8;
const looked = 16;
const keptSteps = 8;

/** The value that a rule makes of a number, in the precision of the column. */
export function valueOf(rule: Rule, number: number, single: boolean): number {
  const value =
    rule.kind === 'decimal'
      ? number / powers[rule.decimals]!
      : rule.kind === 'step'
        ? number * rule.step
        : NaN;
  return single ? Math.fround(value) : value;
}

/** A step, as far as the columns seen so far tell it. */
interface Known {
  low: number;
  high: number;
}

/** Steps that have fitted, the latest first: a sensor keeps its own, and each column tells it more closely. */
export class Steps {
  private readonly known: Known[] = [];

  /** The step of a column; undefined when it has none. */
  of(column: Floats): Rule | undefined {
    const constraints = constraintsOf(column);
    if (!constraints) return undefined;
    for (const [place, { low, high }] of this.known.entries()) {
      const found = narrowed(low, high, constraints);
      if (found) return this.keep(found, place);
    }
    const { gap, blur } = constraints;
    for (let parts = 1; parts <= 3; parts++) {
      const found = narrowed(gap / parts - blur, gap / parts + blur, constraints);
      if (found) return this.keep(found, this.known.length);
    }
    return undefined;
  }

  private keep(found: Known, place: number): Rule {
    this.known.splice(place, 1);
    this.known.unshift(found);
    if (this.known.length > keptSteps) this.known.pop();
    return { kind: 'step', step: (found.low + found.high) / 2 };
  }
}

/** A column as whole numbers; undefined when no rule fits well enough. */
export function wholeNumbers(column: Floats, steps: Steps): WholeNumbers | undefined {
  const few = withDecimals(column, 0, plausibleDecimals);
  if (few) return few;
  const step = steps.of(column);
  const found = step && tried(column, step);
  return found ?? withDecimals(column, plausibleDecimals + 1, mostDecimals);
}

function withDecimals(column: Floats, from: number, to: number): WholeNumbers | undefined {
  for (let decimals = from; decimals <= to; decimals++) {
    const found = tried(column, { kind: 'decimal', decimals });
    if (found) return found;
  }
  return undefined;
}

function tried(column: Floats, rule: Rule): WholeNumbers | undefined {
  const single = column instanceof Float32Array;
  // Most rules fail at the first few values.
  for (let i = 0, misses = 0; i < Math.min(looked, column.length); i++)
    if (numberFor(column[i]!, rule, single) === undefined && ++misses * bearable > looked) return undefined;
  const numbers = new Int32Array(column.length);
  const exceptions: number[] = [];
  for (let i = 0; i < column.length; i++) {
    const number = numberFor(column[i]!, rule, single);
    numbers[i] = number ?? numbers[i - 1] ?? 0;
    if (number === undefined) exceptions.push(i);
    if (exceptions.length * bearable > column.length) return undefined;
  }
  return { rule, numbers, exceptions };
}

/** The number from which the rule makes exactly this value, down to the sign of zero. */
function numberFor(value: number, rule: Rule, single: boolean): number | undefined {
  const exact =
    rule.kind === 'decimal' ? value * powers[rule.decimals]! : rule.kind === 'step' ? value / rule.step : NaN;
  const number = Math.round(exact);
  if (!(Math.abs(number) < largest)) return undefined;
  return Object.is(valueOf(rule, number + 0, single), value) ? number + 0 : undefined;
}

interface Constraints {
  /** Smallest distance of two values: a small multiple of the step. */
  readonly gap: number;
  readonly blur: number;
  /** Sizes that are multiples of the step, and how far off each may be. */
  readonly sizes: Float64Array;
  readonly errors: Float64Array;
}

/** What the values say of a common step: each distance between them, and each of them, is a multiple of it. */
function constraintsOf(column: Floats): Constraints | undefined {
  const sorted = distinct(column);
  const count = sorted.length;
  const [least, most] = [sorted[0]!, sorted[count - 1]!];
  if (count < 4 || !Number.isFinite(least) || !Number.isFinite(most)) return undefined;
  const precision = column instanceof Float32Array ? 2 ** -24 : 2 ** -53;
  const blur = 2 * precision * Math.max(Math.abs(least), Math.abs(most));
  let gap = Infinity;
  for (let i = 1; i < count; i++) gap = Math.min(gap, sorted[i]! - sorted[i - 1]!);
  const sizes = new Float64Array(2 * count);
  const errors = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    sizes[i] = sorted[i]! - least;
    errors[i] = blur;
    sizes[count + i] = Math.abs(sorted[i]!);
  }
  // The small ones first: they tell the most while little is known.
  sizes.subarray(count).sort();
  for (let i = count; i < 2 * count; i++) errors[i] = precision * sizes[i]!;
  return { gap, blur, sizes, errors };
}

/** The values in order, each once; NaN comes last. */
function distinct(column: Floats): Float64Array {
  const sorted = Float64Array.from(column).sort();
  let count = 0;
  for (const value of sorted) if (count === 0 || value !== sorted[count - 1]) sorted[count++] = value;
  return sorted.subarray(0, count);
}

/** What of an interval for the step all sizes allow; the more multiples are known the closer. */
function narrowed(from: number, to: number, { sizes, errors }: Constraints): Known | undefined {
  let low = from;
  let high = to;
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i]!;
    const error = errors[i]!;
    const multiple = Math.round((2 * size) / (low + high));
    if (multiple === 0) {
      if (size > error) return undefined;
      continue;
    }
    if (multiple > largest) return undefined;
    low = Math.max(low, (size - error) / multiple);
    high = Math.min(high, (size + error) / multiple);
    if (low > high) return undefined;
  }
  return { low, high };
}
