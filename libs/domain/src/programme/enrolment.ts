import type { EnrolCommand, UpdateCommand } from '../model/command.js';
import type { Enrolment } from '../model/enrolment.js';
import { zoneChange } from '../time/week.js';
import { beginWhenReady } from './begin.js';
import { recordRotation } from './rotations.js';
import type { Run } from './run.js';

/** P01 (D11): accepted in phase 0 at once; phase 1 begins when everything it needs is there. */
export function enrol(run: Run, command: EnrolCommand): void {
  if (run.state.enrolment) return;
  const {
    patientId,
    enrolledAt,
    zone,
    side,
    birthYear,
    bodyMassKg,
    consent,
    screening,
    baseline,
    education,
    receivedAt,
  } = command;
  const fact: Enrolment = {
    patientId,
    enrolledAt: Date.parse(enrolledAt),
    receivedAt: Date.parse(receivedAt),
    side,
    birthYear,
    ...(bodyMassKg === undefined ? {} : { bodyMassKg }),
    consentAt: Date.parse(consent.at),
    screening: {
      flags: screening.flags,
      exclusions: screening.exclusions,
      cleared: screening.clearedBy !== undefined,
    },
    baselinePain: baseline.pain === undefined ? null : { value: baseline.pain, at: Date.parse(enrolledAt) },
    educationAt: education ? Date.parse(education.acknowledgedAt) : null,
    startExercise: command.startExercise ?? 'squat',
    startLoadKg: command.startLoadKg ?? 0,
  };
  run.emit({
    type: 'patient-enrolled',
    at: enrolledAt,
    recordedAt: receivedAt,
    reason: 'Welcome: the programme begins with getting to know your hip.',
    data: { patientId, zone, fact },
  });
  for (const reading of baseline.rotation ?? []) recordRotation(run, reading, receivedAt);
}

export function update(
  run: Run,
  { zone, consent, education, baselinePain, receivedAt }: UpdateCommand,
): void {
  const { state } = run;
  const received = Date.parse(receivedAt);
  const change =
    zone !== undefined && zone !== state.zones.at(-1)?.zone
      ? { ...zoneChange(state.zones, zone, received), told: receivedAt }
      : undefined;
  const fact: Partial<Enrolment> = {
    ...(consent ? { consentAt: Date.parse(consent.at) } : {}),
    ...(education && state.enrolment?.educationAt === null
      ? { educationAt: Date.parse(education.acknowledgedAt) }
      : {}),
    ...(baselinePain !== undefined && !state.enrolment?.baselinePain
      ? { baselinePain: { value: baselinePain, at: received } }
      : {}),
  };
  if (change || Object.keys(fact).length > 0)
    run.emit({
      type: 'patient-updated',
      at: receivedAt,
      recordedAt: receivedAt,
      reason: 'Your details were brought up to date.',
      data: { fact, ...(change ? { zone: change } : {}) },
    });
  beginWhenReady(run, receivedAt);
}
