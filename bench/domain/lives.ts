import type { CheckInReport, ProgrammeCommand } from '@coxa/domain';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
export const first = Date.parse('2016-01-04T08:00:00Z');
const iso = (at: number): string => new Date(at).toISOString();

/** What sets one kind of life apart from another. */
interface Life {
  /** Check-ins are given on these days of a week (0 = Monday). */
  readonly days: readonly number[];
  readonly practice: readonly number[];
  /** Pain of a day. */
  readonly pain: (day: number) => number;
  /** How long after it happened a check-in comes, ms. */
  readonly delay: (day: number) => number;
  /** Repetitions that are done of those asked for at most, 15. */
  readonly reps: (week: number) => number;
  /** The clock closes the weeks, as it does where nothing comes at that hour; else the check-ins do. */
  readonly clock: boolean;
}

const daily = [0, 1, 2, 3, 4, 5, 6];
const calm = (day: number): number => 1 + (day % 3);
const atOnce = (): number => 4_000;
const steady: Life = {
  days: daily,
  practice: [0, 2, 4, 5, 6],
  pain: calm,
  delay: atOnce,
  reps: () => 15,
  clock: true,
};

/** Eight lives, of which many people each have one; half are calm. */
export const lives: readonly Life[] = [
  steady,
  { ...steady, practice: [3, 5], clock: false },
  steady,
  { ...steady, days: [1, 2, 4, 6], practice: [4] },
  // A flare in the sixth week, with a spike.
  { ...steady, pain: (day) => (day === 38 ? 8 : day >= 35 && day < 42 ? 5 : calm(day)) },
  // Now and then the sets are not done, and some weeks nothing is told.
  { ...steady, reps: (week) => (week % 3 === 2 ? 5 : 15), days: [0, 1, 2, 4, 5], clock: false },
  // Every fourth check-in comes a day late, one in five weeks ten days late.
  {
    ...steady,
    delay: (day) => (day % 35 === 17 ? 10 * dayMs : day % 4 === 3 ? 26 * hourMs : 4_000),
    clock: false,
  },
  { ...steady, pain: (day) => day % 3, practice: daily },
];

const series = {
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument: 'goniometer',
  measuredBy: 'dr-lee',
} as const;

const reading = (id: string, at: string, value: number) => ({
  id,
  at,
  series,
  valuesDeg: [value - 1, value, value + 1],
  uncertaintyDeg: null,
  faults: [],
});

export function enrol(patientId: string): ProgrammeCommand {
  const at = iso(first);
  return {
    kind: 'enrol',
    patientId,
    enrolledAt: at,
    zone: 'Europe/Berlin',
    side: 'left',
    birthYear: 1980,
    consent: { version: '1', at },
    screening: { flags: [], exclusions: [] },
    baseline: { pain: 2, rotation: [reading('r', at, 21)] },
    education: { acknowledgedAt: at },
    startLoadKg: 10,
    receivedAt: at,
  };
}

/** What one person sends in a life of so many weeks after the enrolment, in order of receipt. `person` makes the ids their own. */
export function commandsOf(person: number, life: Life, weeks: number): ProgrammeCommand[] {
  const arrivals: { at: number; command: ProgrammeCommand }[] = [];
  const add = (at: number, command: ProgrammeCommand) => arrivals.push({ at, command });
  for (let week = 0; week < weeks; week++) {
    const monday = first + week * 7 * dayMs;
    for (const day of life.days.map((each) => week * 7 + each)) {
      const at = first + day * dayMs + 11 * hourMs;
      const receivedAt = at + life.delay(day);
      const checkIn = checkInOf(`${uuid(person, day)}`, iso(at), day, life);
      add(receivedAt, { kind: 'record-check-in', checkIn, receivedAt: iso(receivedAt) });
    }
    // Measured on Sundays; better by a degree in two weeks.
    const sunday = iso(monday + 6 * dayMs);
    const rotation = reading(uuid(person, 10_000 + week), sunday, 21 + (week >> 1));
    add(Date.parse(sunday) + 5_000, { kind: 'record-rotation', rotation, receivedAt: sunday });
    // Weeks begin at midnight in Berlin, and close 72 h after they have ended.
    if (life.clock)
      add(monday + 9 * dayMs + 15 * hourMs, {
        kind: 'advance-clock',
        now: iso(monday + 9 * dayMs + 15 * hourMs),
      });
  }
  return arrivals.sort((a, b) => a.at - b.at).map(({ command }) => command);
}

function checkInOf(id: string, at: string, day: number, life: Life): CheckInReport {
  const weekday = day % 7;
  const week = (day - weekday) / 7;
  const strength = weekday === 1;
  const sets = Array.from({ length: 3 }, () => ({ reps: life.reps(week), loadKg: 60 }));
  const session = strength
    ? ({ kind: 'strength', exercise: 'squat', sets } as const)
    : weekday === 3 && week > 7
      ? ({ kind: 'stretch', exercise: 'passive-ir', mode: 'passive', holdSeconds: 30 } as const)
      : life.practice.includes(weekday)
        ? ({ kind: 'practice', exercise: 'active-ir-seated' } as const)
        : undefined;
  const now = life.pain(day);
  return {
    id,
    at,
    pain: {
      now,
      ...(now > 0 ? { site: weekday < 5 ? 'groin' : 'side', side: 'left' } : {}),
      ...(strength ? { duringExercise: Math.min(now, 5) } : {}),
      ...(weekday === 2 ? { nextMorning: now } : {}),
    },
    ...(session ? { session } : {}),
    ...(strength ? { understanding: 4, feltTarget: true, controllable: true } : {}),
  };
}

/** As long as the ids that people's telephones make. */
const uuid = (person: number, n: number): string =>
  `${hex(person, 8)}-${hex(n, 4)}-4${hex(n * 7, 3)}-8${hex(person * 3, 3)}-${hex(person * 65_537 + n, 12)}`;
const hex = (value: number, length: number): string =>
  value.toString(16).padStart(length, '0').slice(-length);
