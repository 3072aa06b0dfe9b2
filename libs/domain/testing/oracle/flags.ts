import type { Inputs, Override } from './inputs.js';

const red = [
  'cannot-bear-weight',
  'trauma-severe-pain',
  'suspected-infection',
  'deformity',
  'sudden-deterioration',
  'cold-limb',
  'bladder-bowel',
];

export interface Pause {
  readonly rule: 'S1' | 'S2' | 'override';
  readonly since: number;
  readonly until: number;
}

/** Every span in which a flag or a suspension stood (D7 line 2). A resume ends what it knew and what lies before its `from`. */
export function pauses({ checkIns, overrides }: Inputs): Pause[] {
  const resumed = (at: number, known: (resume: Override, place: number) => boolean): number =>
    Math.min(
      Infinity,
      ...overrides
        .filter((each, place) => each.override.kind === 'resume' && known(each, place) && at <= each.from)
        .map(({ from }) => from),
    );
  const flagged = checkIns.flatMap(({ at, receivedAt, flags }) =>
    flags.map((flag): Pause => ({
      rule: red.includes(flag) ? 'S1' : 'S2',
      since: at,
      until: resumed(at, (resume) => receivedAt <= resume.receivedAt),
    })),
  );
  const suspended = overrides.flatMap(({ override, from, until }, place): Pause[] => {
    if (override.kind !== 'suspend') return [];
    const resume = resumed(from, (_, later) => later > place);
    return [{ rule: 'override', since: from, until: Math.min(until ?? Infinity, resume) }];
  });
  return [...flagged, ...suspended];
}

/** Which of S1, S2 and suspension stand at the end of a week: a flag belongs to a week, an override counts from its `from` on. */
export const openAtEnd = (all: readonly Pause[], end: number): Pause[] =>
  all.filter(({ rule, since, until }) => (rule === 'override' ? since <= end : since < end) && until > end);

/** Milliseconds of (from, to] under S1 or a suspension. */
export function pausedBetween(all: readonly Pause[], from: number, to: number): number {
  const spans = all
    .filter(({ rule }) => rule !== 'S2')
    .map(({ since, until }) => ({ since: Math.max(since, from), until: Math.min(until, to) }))
    .sort((a, b) => a.since - b.since);
  let total = 0;
  let covered = from;
  for (const { since, until } of spans) {
    if (until <= Math.max(since, covered)) continue;
    total += until - Math.max(since, covered);
    covered = until;
  }
  return total;
}
