import {
  canonicalJson,
  type ConsentChangeDto,
  type EnrolDto,
  type FieldError,
  type ReadingDto,
} from '@coxa/contracts';
import type { ProgrammeCommand, RotationReport } from '@coxa/domain';
import type { RegistrationFact } from '../programme/patient-decider.js';

/** An enrolment as the domain takes it. */
export function enrolCommand(
  {
    zone,
    side,
    birthYear,
    bodyMassKg,
    consent,
    screening,
    baseline,
    education,
    startExercise,
    startLoadKg,
  }: EnrolDto,
  known: { readonly patientId: string; readonly enrolledAt: string; readonly receivedAt: string },
): ProgrammeCommand {
  return {
    kind: 'enrol',
    ...known,
    zone,
    side,
    birthYear,
    consent,
    screening,
    baseline: {
      ...(baseline.pain === undefined ? {} : { pain: baseline.pain }),
      rotation: (baseline.rotation ?? []).map(toRotation),
    },
    ...(bodyMassKg === undefined ? {} : { bodyMassKg }),
    ...(education ? { education } : {}),
    ...(startExercise === undefined ? {} : { startExercise }),
    ...(startLoadKg === undefined ? {} : { startLoadKg }),
  };
}

/** A hand-held reading as the domain takes it. */
export const toRotation = ({
  id,
  at,
  side,
  position,
  motion,
  instrument,
  measuredBy,
  valuesDeg,
}: ReadingDto): RotationReport => ({
  id,
  at,
  series: { side, position, motion, instrument, measuredBy },
  valuesDeg,
  uncertaintyDeg: null,
  faults: [],
});

type Consent = RegistrationFact['consent'];

/** A new consent stands for itself and ends a withdrawal; a withdrawal leaves the consent it ends beside it. */
export function consentAfter(before: Consent, change: ConsentChangeDto | undefined): Consent {
  if (!change) return before;
  const { version = before.version, at = before.at, withdrawnAt } = change;
  return { version, at, ...(withdrawnAt === undefined ? {} : { withdrawnAt }) };
}

export function consentFaults(consent: ConsentChangeDto | undefined): FieldError[] {
  if (!consent || consent.withdrawnAt !== undefined) return [];
  return (['version', 'at'] as const)
    .filter((name) => consent[name] === undefined)
    .map((name) => ({ path: `/consent/${name}`, code: 'required', message: 'is required' }));
}

/** The same id twice within a baseline must be the same reading. */
export function reusedIds(readings: readonly ReadingDto[]): FieldError[] {
  const first = new Map<string, string>();
  return readings.flatMap((reading, index): FieldError[] => {
    const content = canonicalJson(reading);
    const before = first.get(reading.id) ?? content;
    first.set(reading.id, before);
    const message = 'was used for other content; the first stands';
    return before === content ? [] : [{ path: `/baseline/rotation/${index}/id`, code: 'id-reused', message }];
  });
}

export const unborn = (birthYear: number, enrolledAt: string): FieldError[] =>
  birthYear <= Number(enrolledAt.slice(0, 4))
    ? []
    : [{ path: '/birthYear', code: 'range', message: 'lies after the enrolment' }];

/** An address cannot hold these two: clients take them for "here" and "one up". */
export const unreachable = (id: string | undefined): FieldError[] =>
  id === '.' || id === '..' ? [{ path: '/id', code: 'range', message: 'cannot be part of an address' }] : [];
