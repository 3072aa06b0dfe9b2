import type { FieldError } from '@coxa/contracts';
import { type Ago, list, nullable, position, shape, text, whole } from '@coxa/platform';

const fault = shape<FieldError>({
  path: text('JSON Pointer into the entry', '/pain/site'),
  code: text(undefined, 'required'),
  message: text(undefined, 'is required'),
});

/** What a check-in, or a list of them, is answered with. */
export const answer = shape({
  accepted: whole('How many were new', 1),
  duplicates: whole('How many had been taken before', 0),
  rejected: list(
    shape({ index: whole('Place in the list as sent'), errors: list(fault) }),
    'What was not taken, and why',
  ),
  position: nullable(position),
  advice: list(
    shape({
      code: text('A flag, or what the pain calls for'),
      text: text('For the patient, to be shown at once'),
    }),
  ),
});

export function checkInExamples(ago: Ago): Readonly<Record<string, unknown>> {
  const pain = { now: 2, worst: 4, site: 'groin', side: 'left' };
  return {
    'an evening without training': { id: 'evening-1', patientId: 'ana', at: ago(1, '20:00'), pain },
    'after a strength session': {
      id: 'session-1',
      patientId: 'ana',
      at: ago(1, '18:00'),
      pain: { ...pain, duringExercise: 3 },
      controllable: true,
      feltTarget: true,
      understanding: 4,
      session: {
        kind: 'strength',
        exercise: 'squat',
        sets: [
          { reps: 8, loadKg: 10 },
          { reps: 8, loadKg: 10 },
          { reps: 8, loadKg: 10 },
        ],
      },
      note: 'Felt steady.',
    },
    'a bad evening with a flag': {
      id: 'evening-2',
      patientId: 'ana',
      at: ago(1, '21:00'),
      pain: { now: 8, site: 'groin', side: 'left' },
      flags: ['night-pain'],
    },
    'two days at once': [
      { id: 'evening-3', patientId: 'ana', at: ago(3, '20:00'), pain },
      { id: 'evening-4', patientId: 'ana', at: ago(2, '20:00'), pain: { now: 0 } },
    ],
  };
}
