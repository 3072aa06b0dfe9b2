import fc from 'fast-check';
import type { CheckInReport } from '../src/model/command.js';

const hourMs = 3_600_000;
export const historyStart = Date.parse('2026-01-05T08:00:00Z');

const exercise = fc.constantFrom(undefined, 'squat', 'lunge', 'active-ir-seated');
const pain = fc.integer({ min: 0, max: 10 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

const session = fc.record({
  kind: fc.constantFrom('strength' as const, 'strength' as const, 'practice' as const, 'stretch' as const),
  exercise,
  sets: maybe(
    fc.array(
      fc.record({ reps: fc.integer({ min: 4, max: 15 }), loadKg: fc.constantFrom(0, 5, 10, 12.5, 20) }),
      { maxLength: 4 },
    ),
  ),
});

/** One report at a whole hour of ten weeks; mostly calm, now and then not. */
const report = fc.record({
  hour: fc.integer({ min: 1, max: 70 * 24 }),
  now: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 3 }) }, { weight: 1, arbitrary: pain }),
  duringExercise: maybe(
    fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }) }, { weight: 1, arbitrary: pain }),
  ),
  nextMorning: maybe(fc.integer({ min: 0, max: 7 })),
  understanding: maybe(fc.integer({ min: 1, max: 5 })),
  controllable: maybe(fc.boolean()),
  session: maybe(session),
  flags: fc.oneof(
    { weight: 60, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.constantFrom(['cold-limb'], ['night-pain']) },
  ),
});

type Report = typeof report extends fc.Arbitrary<infer T> ? T : never;

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;

function checkInOf(
  { hour, now, duringExercise, nextMorning, session: said, ...rest }: Report,
  index: number,
): CheckInReport {
  const place = now > 0 ? { site: 'groin', side: 'left' as const } : {};
  return defined({
    id: `c${String(index).padStart(3, '0')}`,
    at: new Date(historyStart + hour * hourMs).toISOString(),
    pain: defined({ now, duringExercise, nextMorning, ...place }),
    ...rest,
    ...(said ? { session: defined(said) } : {}),
  }) as CheckInReport;
}

const quiet: Omit<Report, 'hour' | 'now'> = {
  duringExercise: undefined,
  nextMorning: undefined,
  understanding: undefined,
  controllable: undefined,
  session: undefined,
  flags: [],
};
const allDone = { reps: 15, loadKg: 20 as const };

/** A week as it should be: three check-ins, one session with all sets done, a quiet morning after. */
function goodWeek(week: number, level: number): Report[] {
  const at = (hour: number, more: Partial<Report> = {}): Report => ({
    ...quiet,
    hour: week * 168 + hour,
    now: level,
    ...more,
  });
  const session = {
    kind: 'strength' as const,
    exercise: 'squat' as const,
    sets: [allDone, allDone, allDone],
  };
  return [
    at(12),
    at(34, { duringExercise: level, session, understanding: 4 }),
    at(48, { nextMorning: level }),
    at(100),
  ];
}

/** Ten weeks, most of them good, with up to forty reports of any kind strewn over them; in order of time. */
export const histories = fc
  .record({
    weeks: fc.array(
      fc.record({ good: fc.integer({ min: 0, max: 4 }), level: fc.integer({ min: 0, max: 3 }) }),
      { minLength: 10, maxLength: 10 },
    ),
    others: fc.oneof(fc.array(report, { maxLength: 6 }), fc.array(report, { maxLength: 40 })),
  })
  .map(({ weeks, others }) => {
    const planned = weeks.flatMap(({ good, level }, week) => (good > 0 ? goodWeek(week, level) : []));
    return [...planned, ...others].sort((a, b) => a.hour - b.hour).map(checkInOf);
  });

/** The same history in another order of arrival: nothing comes more than 36 h of event time behind the latest before it (D4). */
export const delayed = (history: readonly CheckInReport[], delaysH: readonly number[]): CheckInReport[] =>
  received(history, delaysH).map(({ checkIn }) => checkIn);

/** A history in order of receipt, each check-in a number of hours after it happened. */
export function received(
  history: readonly CheckInReport[],
  delaysH: readonly number[],
): { readonly checkIn: CheckInReport; readonly receivedAt: string }[] {
  const arrival = history.map((checkIn, index) => ({
    checkIn,
    at: Date.parse(checkIn.at) + (delaysH[index % delaysH.length] ?? 0) * hourMs,
  }));
  return arrival
    .sort((a, b) => a.at - b.at)
    .map(({ checkIn, at }) => ({ checkIn, receivedAt: new Date(at).toISOString() }));
}

const seeds = ['squat', 'lunge', 'bulgarian-split-squat'] as const;

/** What sets people apart: what they begin with, how far plates are apart, and a second exercise that a clinician adds. */
export interface Setting {
  readonly startExercise: (typeof seeds)[number];
  readonly startLoadKg: number;
  readonly plateKg?: number | undefined;
  readonly second?: { readonly exercise: (typeof seeds)[number]; readonly week: number } | undefined;
}

export const settings: fc.Arbitrary<Setting> = fc.record({
  startExercise: fc.constantFrom(...seeds),
  startLoadKg: fc.constantFrom(0, 10, 12.5, 20),
  // Plates so far apart that the cap of the weekly rise is met (O4); with the usual ones the seed exercises never reach it.
  plateKg: maybe(fc.constantFrom(5, 10)),
  second: maybe(fc.record({ exercise: fc.constantFrom(...seeds), week: fc.integer({ min: 0, max: 6 }) })),
});

/** A history of somebody who begins with another exercise: what it says of the squat and the lunge is about what they do. */
export const about = (
  history: readonly CheckInReport[],
  { startExercise, second }: Setting,
): CheckInReport[] =>
  history.map((checkIn) => {
    const exercise =
      checkIn.session?.exercise === 'squat'
        ? startExercise
        : checkIn.session?.exercise === 'lunge'
          ? (second?.exercise ?? 'lunge')
          : undefined;
    return exercise ? { ...checkIn, session: { ...checkIn.session!, exercise } } : checkIn;
  });
