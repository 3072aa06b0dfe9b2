import { type DeviceFact, type PatientFact, patientSides } from '@coxa/contracts';
import type { ProgramView } from '@coxa/domain';
import { type Ago, instant, list, nullable, oneOf, pageOf, position, shape, text } from '@coxa/platform';
import { hold, painNow, phaseId, target } from './programme.js';

const patientId = text(undefined, 'ana');

/** After an enrolment or a change. */
export const patientWritten = shape({ patientId, id: patientId, position });

export const patient = shape<Omit<PatientFact, 'position'> & { id: string; name?: string }>(
  {
    id: patientId,
    kind: oneOf(['patient']),
    patientId,
    enrolledAt: instant(),
    zone: text('IANA time zone of the present home', 'Europe/Berlin'),
    side: oneOf(patientSides, 'The hip that hurts'),
    careTeam: list(text(undefined, 'dr-lee'), 'Clinicians who may see this patient'),
    consent: shape<PatientFact['consent']>(
      { version: text(undefined, '1'), at: instant(), withdrawnAt: instant('When it was withdrawn') },
      ['withdrawnAt'],
    ),
    name: text('When one was given', 'Ana Example'),
  },
  ['name'],
);

/** What calls for attention, most urgent first. */
export const attentionKinds = [
  'red-flag',
  'pain-spike',
  'suspended',
  'amber-flag',
  'stopped',
  'pain-rising',
  'missing-data',
  'not-started',
  'none',
] as const;

const { exercise, sets, reps, loadKg, decision } = target.properties!;

export const workList = pageOf(
  shape<{
    patientId: string;
    name?: string;
    phase: Pick<ProgramView['phase'], 'id' | 'name'>;
    attention: readonly string[];
    holds: ProgramView['holds'];
    pain: ProgramView['pain'];
    targets: readonly object[];
    lastCheckInAt: string | null;
  }>(
    {
      patientId,
      name: text('When one was given', 'Ana Example'),
      phase: shape({ id: phaseId, name: text(undefined, 'build strength') }),
      attention: list(oneOf(attentionKinds), 'Why somebody should look, the most urgent first'),
      holds: list(hold),
      pain: painNow,
      targets: list(
        shape({ exercise: exercise!, sets: sets!, reps: reps!, loadKg: loadKg!, decision: decision! }),
      ),
      lastCheckInAt: nullable(instant()),
    },
    ['name'],
  ),
);

const reading = (at: string) => ({
  id: 'ana-baseline',
  at,
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument: 'goniometer',
  measuredBy: 'dr-lee',
  valuesDeg: [20, 21, 22],
});

/** Someone who is ready for phase 1, and someone of whom the least is known. */
export function enrolmentExamples(ago: Ago): Readonly<Record<string, unknown>> {
  const at = ago(14, '09:00');
  return {
    'ready for phase 1': {
      id: 'ana',
      enrolledAt: at,
      zone: 'Europe/Berlin',
      side: 'left',
      birthYear: 1988,
      bodyMassKg: 64,
      name: 'Ana Example',
      consent: { version: '1', at },
      screening: { flags: [], exclusions: [] },
      baseline: { pain: 3, rotation: [reading(at)] },
      education: { acknowledgedAt: at },
      startExercise: 'squat',
      startLoadKg: 10,
    },
    'the least there must be': {
      zone: 'Europe/Berlin',
      side: 'right',
      birthYear: 1975,
      consent: { version: '1', at },
      screening: { flags: [], exclusions: [] },
      baseline: {},
    },
  };
}

export const changeExamples = (ago: Ago): Readonly<Record<string, unknown>> => ({
  'a second clinician': { careTeam: ['dr-lee', 'dr-kim'] },
  'moved to another zone': { zone: 'Europe/Lisbon' },
  'consent to a new version': { consent: { version: '2', at: ago(1, '09:00') } },
});

type Registered = Pick<DeviceFact, 'deviceId'> & { token: string; expiresAt: string; position: string };

export const deviceRegistered = shape<Registered>({
  deviceId: text('What its batches name'),
  token: text('The token of the device, shown this once'),
  expiresAt: instant('When the token ends'),
  position,
});
export const deviceRevoked = shape({
  deviceId: text(),
  revoked: { type: 'boolean' },
  position,
});

export const deviceExamples = (): Readonly<Record<string, unknown>> => ({
  'a goniometer at the thigh': {
    patientId: 'ana',
    kind: 'goniometer',
    segment: 'thigh',
    side: 'left',
    model: 'digital goniometer',
  },
  'a motion sensor at the thigh': {
    patientId: 'ana',
    kind: 'imu',
    segment: 'thigh',
    side: 'left',
    model: 'Xsens DOT',
  },
});
