import { dayAfter, type Patient, targetsOf } from './patient.js';

/** Stories begin on Monday, 5 January 2026; `day(8)` is the Tuesday of their second week. */
export const day = (n: number): string => dayAfter('2026-01-05', n);

export interface Lived {
  /** Pain in every check-in of the week. */
  readonly now?: number;
  readonly duringExercise?: number;
  readonly morning?: number;
  /** Days with practice, Thursday and on; at most four. */
  readonly practice?: number;
}

/** A week lived as planned: a check-in on Monday, strength on Tuesday, the morning after, Friday and Sunday evening. */
export function lives(patient: Patient, week: number, lived: Lived = {}): void {
  const { now = 2, duringExercise = 2, morning = now, practice = 0 } = lived;
  const on = (weekday: number, hour: string) => `${day(week * 7 + weekday)}T${hour}`;
  patient.says(on(0, '20:00'), { now });
  patient.trains(on(1, '18:00'), { now, duringExercise, morning });
  for (let place = 0; place < practice; place++)
    patient.says(on(3 + place, '09:00'), {
      now,
      session: { kind: 'practice', exercise: 'active-ir-seated' },
    });
  patient.says(on(4, '20:00'), { now });
  patient.says(on(6, '20:00'), { now });
}

/** What is asked for, once the clock has closed the week that is numbered from 0. */
export function closes(patient: Patient, week: number): string {
  const at = `${day(week * 7 + 10)}T00:00`;
  patient.clock(at);
  return targetsOf(patient.program(at)).join(', ');
}
