import type { Api } from './api.js';

export const enrolledAt = '2026-01-05T08:00:00+01:00';

/** An enrolment that is ready for phase 1. */
export const enrolment = (id: string, overrides: Record<string, unknown> = {}) => ({
  id,
  enrolledAt,
  zone: 'Europe/Berlin',
  side: 'left',
  birthYear: 1980,
  name: 'Ana Beispiel',
  consent: { version: '1', at: enrolledAt },
  screening: { flags: [], exclusions: [] },
  baseline: {
    pain: 3,
    rotation: [
      {
        id: `${id}-baseline`,
        at: enrolledAt,
        side: 'left',
        position: 'seated',
        motion: 'active',
        instrument: 'goniometer',
        measuredBy: 'dr-lee',
        valuesDeg: [20, 21, 22],
      },
    ],
  },
  education: { acknowledgedAt: enrolledAt },
  startLoadKg: 10,
  ...overrides,
});

export const enrol = (clinician: Api, id: string, overrides: Record<string, unknown> = {}) =>
  clinician.post<{ patientId: string; position: string }>('/v1/patients', enrolment(id, overrides));

/** A check-in with the pain that is given. */
export const checkIn = (
  patientId: string,
  id: string,
  at: string,
  now = 2,
  more: Record<string, unknown> = {},
) => ({
  id,
  patientId,
  at,
  pain: now > 0 ? { now, site: 'groin', side: 'left' } : { now },
  ...more,
});
