import { partitionOf } from '@coxa/eventing';
import { nameId } from '@coxa/contracts';

/** How people may be named; all are spread by the product's own partitioner. */
export const namings: Readonly<Record<string, (i: number) => string>> = {
  'random ids': (i) => nameId(`scale/${i}`),
  'counted, p-0000001': (i) => `p-${String(i).padStart(7, '0')}`,
  'clinic and number, c017.000123': (i) =>
    `c${String(i % 200).padStart(3, '0')}.${String(Math.floor(i / 200)).padStart(6, '0')}`,
};

export interface Spread {
  /** People in the fullest partition over the mean. */
  readonly people: number;
  /** The same of what they send in a day. */
  readonly load: number;
}

/**
 * Spreads a population over partitions. How much somebody sends is skewed as people are: log-normal (sigma 1), so that a tenth of them sends
 * two fifths of everything; it depends on the person alone, not on the name.
 */
export function spread(people: number, partitions: number, name: (i: number) => string): Spread {
  const counts = new Float64Array(partitions);
  const loads = new Float64Array(partitions);
  const random = mulberry(people);
  let total = 0;
  for (let i = 0; i < people; i++) {
    const partition = partitionOf(name(i), partitions);
    const sends = Math.exp(gaussian(random));
    counts[partition]!++;
    loads[partition]! += sends;
    total += sends;
  }
  return {
    people: (Math.max(...counts) / people) * partitions,
    load: (Math.max(...loads) / total) * partitions,
  };
}

/** Box and Muller (1958). */
const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Mulberry32: small, and the same on every machine. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
