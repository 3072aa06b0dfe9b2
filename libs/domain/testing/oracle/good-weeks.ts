import type { CheckIn, Inputs } from './inputs.js';
import { day, hour } from './inputs.js';

/** What a good week may still vary in. */
export interface GoodWeek {
  readonly pain: number;
  readonly practiceDays: number;
  readonly stretchPain: number;
  readonly stretchHour: number;
  readonly rotationDeg: number;
  readonly spreadDeg: number;
  readonly recorded: boolean;
}

/** Calm weeks in which the load grows, so that histories reach the later phases. */
export function goodWeeks(
  weeks: readonly GoodWeek[],
  enrolledAt: number,
): Pick<Inputs, 'checkIns' | 'readings' | 'recordings'> {
  const at = (index: number, days: number, hours: number) =>
    enrolledAt + index * 7 * day + days * day + hours * hour;
  const checkIn = (id: string, happened: number, said: Partial<CheckIn>): CheckIn => ({
    id,
    at: happened,
    receivedAt: happened,
    now: 1,
    flags: [],
    ...said,
  });
  return {
    checkIns: weeks.flatMap(({ pain, practiceDays, stretchPain, stretchHour, recorded }, index) => [
      checkIn(`g${index}-s`, at(index, 1, 9), {
        now: pain,
        duringExercise: pain,
        understanding: 4,
        session: {
          kind: 'strength',
          exercise: 'squat',
          sets: Array.from({ length: 3 }, () => ({ reps: 20 + index, loadKg: 60 })),
        },
      }),
      checkIn(`g${index}-m`, at(index, 2, 8), { now: pain, nextMorning: pain }),
      ...Array.from({ length: recorded ? 0 : practiceDays }, (_, place) =>
        checkIn(`g${index}-p${place}`, at(index, 2 + place, 12), {
          now: pain,
          session: { kind: 'practice' },
        }),
      ),
      checkIn(`g${index}-c`, at(index, 3, 13), { now: pain }),
      ...[1, 3, 4, 6].map((days) =>
        checkIn(`g${index}-t${days}`, at(index, days, stretchHour), {
          now: pain,
          duringExercise: stretchPain,
          session: { kind: 'stretch', exercise: 'passive-ir', mode: 'passive' },
        }),
      ),
    ]),
    readings: weeks.map(({ rotationDeg, spreadDeg }, index) => ({
      id: `g${index}-r`,
      at: at(index, 5, 10),
      series: {
        side: 'left',
        position: 'seated',
        motion: 'active',
        instrument: 'goniometer',
        measuredBy: 'dr-lee',
      },
      valuesDeg: [rotationDeg, rotationDeg + 1, rotationDeg + spreadDeg],
    })),
    recordings: weeks.flatMap(({ practiceDays, recorded }, index) =>
      Array.from({ length: recorded ? practiceDays : 0 }, (_, place) => ({
        id: `g${index}-d${place}`,
        at: at(index, 2 + place, 12),
        purpose: 'practice' as const,
      })),
    ),
  };
}
