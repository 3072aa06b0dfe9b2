import fc from 'fast-check';
import type { OverrideValue } from '../../src/model/facts.js';
import { type GoodWeek, goodWeeks } from './good-weeks.js';
import { type CheckIn, day, hour, type Inputs, type Override } from './inputs.js';

const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 3) => fc.option(arbitrary, { nil: undefined, freq });

/** Pains at and around every threshold, mostly calm. */
const pain = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom(3, 4, 5, 6, 7, 8) },
);

/** Sets that surely reach the target, fall short, are not logged, or lie about it. */
const sets = fc.oneof(
  { weight: 6, arbitrary: fc.constant(Array.from({ length: 4 }, () => ({ reps: 20, loadKg: 100 }))) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.array(
      fc.record({ reps: fc.integer({ min: 5, max: 12 }), loadKg: fc.constantFrom(0, 5, 10, 12.5) }),
      { maxLength: 4 },
    ),
  },
);

const exercise = fc.oneof(
  { weight: 6, arbitrary: fc.constant('squat') },
  { weight: 1, arbitrary: fc.constantFrom(undefined, 'lunge', 'bulgarian-split-squat') },
);
const strength = fc.record({ kind: fc.constant('strength' as const), exercise, sets });
const other = fc.oneof(
  fc.record({ kind: fc.constant('practice' as const), exercise: fc.constant('active-ir-seated') }),
  fc.record({ kind: fc.constant('stretch' as const), exercise: fc.constant('passive-ir') }),
);

/** What is said besides `now`; `hours` after the start of its week. */
const answers = {
  now: pain,
  worst: maybe(pain, 8),
  nextMorning: maybe(pain, 2),
  understanding: maybe(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(4) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
    ),
    3,
  ),
  feltTarget: maybe(
    fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    5,
  ),
  controllable: maybe(
    fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    3,
  ),
  flags: fc.oneof(
    { weight: 120, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.constantFrom(['cold-limb'], ['night-pain'], ['deformity', 'steroid-use']) },
  ),
};
const hours = fc.integer({ min: 0, max: 167 });
const delayH = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 36 }) },
);

const session = fc.record({
  ...answers,
  hours,
  delayH,
  session: strength,
  duringExercise: fc.oneof({ weight: 8, arbitrary: pain }, { weight: 1, arbitrary: fc.constant(undefined) }),
});
const plain = fc.record({
  ...answers,
  hours,
  delayH,
  session: maybe(other, 4),
  duringExercise: maybe(pain, 10),
});

const clinician: fc.Arbitrary<OverrideValue> = fc.oneof(
  fc.constant<OverrideValue>({ kind: 'resume' }),
  fc.constant<OverrideValue>({ kind: 'resume' }),
  fc.constant<OverrideValue>({ kind: 'suspend' }),
  fc.record({
    kind: fc.constant('rule' as const),
    value: fc.constantFrom({ plateKg: 1.25 }, { painStop: 4 }, { deloadWeeks: 3 }),
  }),
  fc.record({
    kind: fc.constant('target' as const),
    value: fc.record({
      exercise: fc.oneof(
        { weight: 3, arbitrary: fc.constant('squat') },
        { weight: 1, arbitrary: fc.constantFrom('lunge', 'bulgarian-split-squat') },
      ),
      sets: fc.integer({ min: 1, max: 4 }),
      reps: fc.integer({ min: 5, max: 12 }),
      loadKg: fc.constantFrom(0, 5, 20),
    }),
  }),
  fc.record({
    kind: fc.constant('add-exercise' as const),
    value: fc.constantFrom({ exercise: 'lunge' }, { exercise: 'bulgarian-split-squat', startLoadKg: 5 }),
  }),
  fc.record({
    kind: fc.constant('phase' as const),
    value: fc.record({ phase: fc.constantFrom('1' as const, '2' as const, '3a' as const, '3b' as const) }),
  }),
);
const order = fc.record({ hours, override: clinician, days: maybe(fc.integer({ min: 1, max: 30 }), 2) });
/** In good weeks a clinician sets a phase now and then, after which its counters begin anew. */
const phaseOrder = fc.record({
  hours: fc.integer({ min: 0, max: 9 * 168 }),
  phase: fc.constantFrom('1' as const, '2' as const, '3a' as const),
});

type Of<T> = T extends fc.Arbitrary<infer U> ? U : never;
interface Week {
  readonly sessions: Of<typeof session>[];
  readonly plain: Of<typeof plain>[];
  readonly orders: Of<typeof order>[];
}

/** A week: a session or none, some check-ins, seldom a clinician. Empty weeks make the gaps. */
const week: fc.Arbitrary<Week> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      sessions: fc.array(session, { minLength: 0, maxLength: 2, size: 'max' }),
      plain: fc.array(plain, { minLength: 0, maxLength: 7, size: 'max' }),
      orders: fc.oneof(
        { weight: 5, arbitrary: fc.array(order, { maxLength: 0 }) },
        { weight: 1, arbitrary: fc.array(order, { maxLength: 2 }) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Week>({ sessions: [], plain: [], orders: [] }) },
);

const rarely = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const goodWeek: fc.Arbitrary<GoodWeek> = fc.record({
  pain: rarely(1, fc.integer({ min: 0, max: 5 })),
  practiceDays: rarely(5, fc.integer({ min: 2, max: 5 })),
  stretchPain: rarely(2, fc.constantFrom(3, 4)),
  stretchHour: rarely(18, fc.integer({ min: 1, max: 20 })),
  rotationDeg: rarely(20, fc.constantFrom(8, 11, 30)),
  spreadDeg: rarely(2, fc.constantFrom(5, 6)),
  recorded: fc.boolean(),
});

/** Starts near a clock change in spring and autumn, near a year with a week 53, and in plain winter. */
const start = fc.constantFrom('2026-01-05', '2026-03-18', '2026-10-14', '2026-12-08');

const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'Pacific/Honolulu',
);
/** A move so many hours after the one before it, or the enrolment: long enough that the one before it counts. */
const move = fc.record({ afterH: fc.integer({ min: 10 * 24, max: 40 * 24 }), zone });

/** Whole patient histories of one to fourteen weeks, in order of arrival. */
export const patients: fc.Arbitrary<Inputs> = fc
  .record({
    start,
    startHour: fc.integer({ min: 0, max: 140 }),
    zone,
    moves: fc.oneof(
      { weight: 2, arbitrary: fc.array(move, { maxLength: 0 }) },
      { weight: 1, arbitrary: fc.array(move, { minLength: 1, maxLength: 3 }) },
    ),
    baselinePain: fc.integer({ min: 0, max: 4 }),
    startExercise: fc.oneof(
      { weight: 4, arbitrary: fc.constant('squat') },
      { weight: 1, arbitrary: fc.constantFrom('lunge', 'bulgarian-split-squat') },
    ),
    startLoadKg: fc.constantFrom(0, 10, 2.5, 40),
    good: fc.oneof(
      { weight: 2, arbitrary: fc.array(goodWeek, { maxLength: 0 }) },
      { weight: 1, arbitrary: fc.array(goodWeek, { minLength: 7, maxLength: 14, size: 'max' }) },
    ),
    phases: fc.oneof(
      { weight: 2, arbitrary: fc.array(phaseOrder, { maxLength: 0 }) },
      { weight: 1, arbitrary: fc.array(phaseOrder, { minLength: 1, maxLength: 2 }) },
    ),
    weeks: fc.array(week, { minLength: 1, maxLength: 14, size: 'max' }),
  })
  .map(({ start, startHour, good, phases, weeks: random, zone, moves, ...fixed }) => {
    const enrolledAt = Date.parse(`${start}T00:00Z`) + startHour * hour;
    let told = enrolledAt + hour / 2 - 10 * day;
    const travels = moves.map(({ afterH, zone }, place) => ({
      id: `z${place}`,
      at: (told += afterH * hour),
      zone,
    }));
    const calm = goodWeeks(good, enrolledAt);
    // After good weeks the others follow, so that what was reached can be lost again.
    const skipped = good.length;
    const weeks = skipped > 0 ? random.slice(0, 3) : random;
    const at = (index: number, hours: number) =>
      enrolledAt + hour + (skipped + index) * 7 * day + hours * hour;
    const checkIns = weeks.flatMap(({ sessions, plain }, index) =>
      [...sessions, ...plain].map(({ hours, delayH, ...said }, place): CheckIn => {
        const happened = at(index, hours);
        const text = Object.entries(said).filter(([, value]) => value !== undefined);
        return {
          ...(Object.fromEntries(text) as typeof said & object),
          id: `c${index}-${place}`,
          at: happened,
          receivedAt: happened + delayH * hour,
        } as CheckIn;
      }),
    );
    const overrides = weeks.flatMap(({ orders }, index) =>
      orders.map(({ hours, override, days }, place): Override => {
        const from = at(index, hours);
        return {
          id: `o${index}-${place}`,
          override,
          from,
          until: days === undefined ? null : from + days * day,
          receivedAt: from,
        };
      }),
    );
    const set = (good.length > 0 ? phases : []).map(({ hours, phase }, place): Override => {
      const from = at(-skipped, hours);
      return {
        id: `ph${place}`,
        override: { kind: 'phase', value: { phase } },
        from,
        until: null,
        receivedAt: from,
      };
    });
    return {
      ...fixed,
      ...calm,
      zone: { zone, moves: travels },
      enrolledAt,
      checkIns: [...calm.checkIns, ...checkIns],
      overrides: [...set, ...overrides],
    };
  });

/** The same people, some of whose check-ins come days or weeks late: whatever they tell. */
export const latePatients: fc.Arbitrary<Inputs> = fc
  .record({
    patient: patients,
    share: fc.constantFrom(3, 6, 12),
    lateH: fc.array(fc.integer({ min: 37, max: 800 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ patient, share, lateH }) => ({
    ...patient,
    checkIns: patient.checkIns.map((checkIn, place) =>
      (place * 7) % share === 0
        ? { ...checkIn, receivedAt: checkIn.at + lateH[place % lateH.length]! * hour }
        : checkIn,
    ),
  }));
