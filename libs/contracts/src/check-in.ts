import {
  exercises,
  flags,
  type FieldError,
  modes,
  sessionKinds,
  sides,
  sites,
  type Exercise,
  type Flag,
  type Side,
  type Site,
} from './codes.js';
import { checkSchema, compileSchema, idSchema, instantSchema, objectOf, oneOf } from './schema.js';
import { allowedSkewMs, parseInstant } from './time.js';

/** A check-in as a person or device sends it. Pain values are whole numbers 0-10 (NRS), loads kg, holds s. */
export interface CheckIn {
  readonly id: string;
  readonly patientId: string;
  readonly at: string;
  readonly pain: {
    readonly now: number;
    readonly worst?: number;
    readonly duringExercise?: number;
    readonly nextMorning?: number;
    readonly site?: Site;
    readonly side?: Side;
  };
  readonly controllable?: boolean;
  readonly feltTarget?: boolean;
  readonly understanding?: number;
  readonly improving?: boolean;
  readonly session?: {
    readonly kind: (typeof sessionKinds)[number];
    readonly exercise?: Exercise;
    readonly mode?: (typeof modes)[number];
    readonly sets?: readonly { readonly reps: number; readonly loadKg: number }[];
    readonly holdSeconds?: number;
  };
  readonly flags?: readonly Flag[];
  readonly note?: string;
}

/** As it lies in the log: the note encrypted under the patient's key. */
export type LoggedCheckIn = Omit<CheckIn, 'note'> & { readonly sealedNote?: string };

const pain = { type: 'integer', minimum: 0, maximum: 10 };
const boolean = { type: 'boolean' };

export const checkInSchema = objectOf(
  {
    id: idSchema,
    patientId: idSchema,
    at: instantSchema,
    pain: {
      ...objectOf(
        {
          now: pain,
          worst: pain,
          duringExercise: pain,
          nextMorning: pain,
          site: oneOf(sites),
          side: oneOf(sides),
        },
        ['now'],
      ),
      if: { required: ['now'], properties: { now: { type: 'integer', exclusiveMinimum: 0 } } },
      then: { required: ['site', 'side'] },
    },
    controllable: boolean,
    feltTarget: boolean,
    understanding: { type: 'integer', minimum: 1, maximum: 5 },
    improving: boolean,
    session: objectOf(
      {
        kind: oneOf(sessionKinds),
        exercise: { type: 'string' },
        mode: oneOf(modes),
        sets: {
          type: 'array',
          maxItems: 50,
          items: objectOf(
            {
              reps: { type: 'integer', minimum: 0, maximum: 100 },
              loadKg: { type: 'number', minimum: 0, maximum: 500 },
            },
            ['reps', 'loadKg'],
          ),
        },
        holdSeconds: { type: 'number', minimum: 0, maximum: 600 },
      },
      ['kind'],
    ),
    flags: { type: 'array', maxItems: 32, items: oneOf(flags) },
    note: { type: 'string', maxLength: 2000 },
  },
  ['id', 'patientId', 'at', 'pain'],
);

const validate = compileSchema(checkInSchema);
const known: ReadonlySet<string> = new Set(exercises);

/** Checks one check-in against shape, limits and the clock (`now`, epoch ms). Who it is about is for the caller to check. */
export function checkCheckIn(body: unknown, now: number): FieldError[] {
  const faults = checkSchema(validate, body);
  const { at, session } = (body ?? {}) as { at?: unknown; session?: { exercise?: unknown } | null };
  const instant = typeof at === 'string' ? parseInstant(at) : undefined;
  if (instant !== undefined && instant > now + allowedSkewMs)
    faults.push({ path: '/at', code: 'in-future', message: 'lies in the future by more than five minutes' });
  const exercise = session?.exercise;
  if (typeof exercise === 'string' && !known.has(exercise))
    faults.push({
      path: '/session/exercise',
      code: 'unknown-exercise',
      message: `must be one of: ${exercises.join(', ')}`,
    });
  return faults;
}
