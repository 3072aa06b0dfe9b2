import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import { educationTopics, startTopics } from './topics.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const read = (patient: Patient, topic: string, at: string) =>
  patient.do({ kind: 'acknowledge-education', topic, at: `${at}:00Z`, receivedAt: `${at}:00Z` });
const open = (patient: Patient, at: string) =>
  patient
    .program(at)
    .education.filter(({ acknowledgedAt }) => acknowledgedAt === null)
    .map(({ topic }) => topic);

/** Everything for phase 1 but the education. */
function unread(): Patient {
  const at = '2026-01-05T08:00:00Z';
  const series = {
    side: 'left',
    position: 'seated',
    motion: 'active',
    instrument: 'goniometer',
    measuredBy: 'dr-lee',
  } as const;
  const reading = { id: 'r0', at, series, valuesDeg: [20, 21, 22], uncertaintyDeg: null, faults: [] };
  const patient = new Patient();
  patient.do({
    kind: 'enrol',
    patientId: 'p1',
    enrolledAt: at,
    zone: 'UTC',
    side: 'left',
    birthYear: 1980,
    consent: { version: '1', at },
    screening: { flags: [], exclusions: [] },
    baseline: { pain: 3, rotation: [reading] },
    receivedAt: at,
  });
  return patient;
}

describe('the education track', () => {
  test('its words push nobody: no "must", no "push", no promise of relief (A5, A6)', () => {
    for (const { title, text } of educationTopics)
      expect(`${title} ${text}`).not.toMatch(/\bmust\b|no pain, no gain|push yourself|relieves|cure/i);
  });

  test('given nothing read, when each topic of the start is, then phase 1 begins at the last of them (P01, A25)', () => {
    const patient = unread();
    expect(open(patient, '2026-01-05T08:00')).toEqual(startTopics.map(({ topic }) => topic));
    for (const [index, { topic }] of startTopics.entries()) {
      expect(patient.program(`${day(index)}T09:00`).phase.id).toBe('0');
      const types = read(patient, topic, `${day(index)}T10:00`).map(({ type }) => type);
      expect(types.includes('patient-updated')).toBe(index === 3);
    }
    expect(patient.eventsOf('patient-updated').map(({ reason }) => reason)).toEqual([
      'You have read what comes before the start.',
    ]);
    // Read once more, nothing begins again.
    expect(read(patient, 'patience', `${day(4)}T10:00`).map(({ type }) => type)).toEqual([
      'education-acknowledged',
    ]);
    expect(patient.program(`${day(3)}T10:00`).phase).toMatchObject({
      id: '1',
      since: `${day(3)}T10:00:00.000Z`,
    });
    expect(open(patient, `${day(3)}T10:00`)).toEqual([]);
    expect(open(patient, `${day(2)}T09:00`)).toEqual(['what-for', 'patience']);
  });

  test('given the whole acknowledged at once, when asked, then every topic of the start is read', () => {
    expect(open(Patient.enrolled(), '2026-01-05T09:00')).toEqual([]);
  });

  test('given a topic read twice, then the second changes nothing; an unknown one is refused', () => {
    const patient = Patient.enrolled();
    expect(read(patient, 'patience', '2026-01-06T08:00')).toHaveLength(1);
    expect(read(patient, 'patience', '2026-01-06T08:00')).toEqual([]);
    expect(() => read(patient, 'magic', '2026-01-06T08:00')).toThrow(
      expect.objectContaining({ code: 'unknown-topic' }),
    );
  });

  test('given two poor answers, when asked, then where it should be felt is shown, until a better one; a new poor one shows it unread (U1, A11)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T08:00`, { understanding: 2 });
    expect(open(patient, `${day(1)}T09:00`)).toEqual([]);
    patient.says(`${day(2)}T08:00`, { feltTarget: false });
    expect(open(patient, `${day(2)}T09:00`)).toEqual(['where-you-feel-it']);
    read(patient, 'where-you-feel-it', `${day(2)}T10:00`);
    expect(open(patient, `${day(2)}T11:00`)).toEqual([]);
    patient.says(`${day(3)}T08:00`, { understanding: 1 });
    expect(open(patient, `${day(3)}T09:00`)).toEqual(['where-you-feel-it']);
    patient.says(`${day(4)}T08:00`, { understanding: 4 });
    expect(open(patient, `${day(4)}T09:00`)).toEqual([]);
  });

  test('given a sore week, when its target is lighter, then the reason is explained calmly (A5, A24)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { now: 6 });
    patient.clock(`${day(10)}T00:00`);
    expect(patient.program(`${day(10)}T00:00`).education[0]).toMatchObject({
      topic: 'a-sore-week',
      because: 'S6',
      since: `${day(7)}T00:00:00.000Z`,
      acknowledgedAt: null,
      required: false,
    });
  });
});
