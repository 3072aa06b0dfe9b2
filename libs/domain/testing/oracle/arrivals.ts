import { type CheckIn, hour, type Inputs, type Override, type Reading } from './inputs.js';

/** One thing that is told, and when it was received. */
export type Arrival =
  | { readonly kind: 'check-in'; readonly at: number; readonly item: CheckIn }
  | { readonly kind: 'override'; readonly at: number; readonly item: Override }
  | { readonly kind: 'reading'; readonly at: number; readonly item: Reading }
  | { readonly kind: 'recording'; readonly at: number; readonly item: Inputs['recordings'][number] }
  | { readonly kind: 'move'; readonly at: number; readonly item: Inputs['zone']['moves'][number] }
  | { readonly kind: 'clock'; readonly at: number; readonly item: { readonly id: string } };

/** All that is told, in order of receipt. */
export function arrivalsOf(inputs: Inputs): Arrival[] {
  const { checkIns, overrides, readings, recordings, zone } = inputs;
  const list: Arrival[] = [
    ...checkIns.map((item) => ({ kind: 'check-in' as const, at: item.receivedAt, item })),
    ...overrides.map((item) => ({ kind: 'override' as const, at: item.receivedAt, item })),
    ...readings.map((item) => ({ kind: 'reading' as const, at: item.at, item })),
    ...recordings.map((item) => ({ kind: 'recording' as const, at: item.at, item })),
    ...zone.moves.map((item) => ({ kind: 'move' as const, at: item.at, item })),
    ...clockOf(inputs),
  ];
  return list.sort((a, b) => a.at - b.at);
}

/** In half of the histories the clock closes the weeks, in the others the check-ins do. */
function clockOf({ enrolledAt, checkIns }: Inputs): Arrival[] {
  if (checkIns.length % 2 === 0) return [];
  return Array.from({ length: 40 }, (_, place) => ({
    kind: 'clock' as const,
    at: enrolledAt + place * 61 * hour,
    item: { id: `clock${place}` },
  }));
}
