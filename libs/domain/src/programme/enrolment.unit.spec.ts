import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import type { UpdateCommand } from '../model/command.js';

const at = '2026-01-06T08:00:00Z';
const update = (patient: Patient, more: Partial<UpdateCommand>, receivedAt = at) =>
  patient.do({ kind: 'update-patient', receivedAt, ...more } as UpdateCommand);

describe('enrolment (P01)', () => {
  test('given it is sent twice, then once', () => {
    const patient = Patient.enrolled();
    const enrolled = { ...patient.eventsOf('patient-enrolled')[0]! };
    expect(enrolled.reason).toBe('Welcome: the programme begins with getting to know your hip.');
    expect(
      patient.do({
        kind: 'enrol',
        patientId: 'p1',
        enrolledAt: '2026-01-05T08:00:00Z',
        zone: 'UTC',
        side: 'right',
        birthYear: 1990,
        consent: { version: '1', at },
        screening: { flags: [], exclusions: [] },
        baseline: { pain: 9 },
        receivedAt: at,
      }),
    ).toEqual([]);
    expect(patient.state.enrolment?.side).toBe('left');
  });

  test.each([
    [undefined, undefined],
    [71.5, 71.5],
  ])('given a body mass of %s, then it is kept, or is not there', (bodyMassKg, kept) => {
    const { state } = Patient.enrolled(bodyMassKg === undefined ? {} : { bodyMassKg });
    expect(state.enrolment?.bodyMassKg).toBe(kept);
    expect(Object.keys(state.enrolment!).includes('bodyMassKg')).toBe(kept !== undefined);
  });

  test('given no baseline of pain, then none is known, and phase 1 waits for it', () => {
    const patient = Patient.enrolled({ baseline: { rotation: [] } });
    expect(patient.state.enrolment?.baselinePain).toBeNull();
    expect(patient.program('2026-01-05T09:00').phase.id).toBe('0');
  });
});

describe('what is told later', () => {
  test('given nothing new, then nothing happens', () => {
    const patient = Patient.enrolled();
    expect(update(patient, {})).toEqual([]);
    expect(update(patient, { zone: 'UTC' })).toEqual([]);
    expect(update(patient, { education: { acknowledgedAt: at } })).toEqual([]);
    expect(update(patient, { baselinePain: 7 })).toEqual([]);
    expect(patient.state.enrolment).toMatchObject({ baselinePain: { value: 3 } });
  });

  test('given consent anew, then its instant', () => {
    const patient = Patient.enrolled();
    expect(update(patient, { consent: { version: '2', at } })).toMatchObject([
      {
        type: 'patient-updated',
        reason: 'Your details were brought up to date.',
        data: { fact: { consentAt: Date.parse(at) } },
      },
    ]);
    expect(patient.state.enrolment?.consentAt).toBe(Date.parse(at));
  });

  test('given the baseline of pain that was missing, then phase 1 begins at its receipt; another one changes nothing', () => {
    const series = {
      side: 'left',
      position: 'seated',
      motion: 'active',
      instrument: 'goniometer',
      measuredBy: 'dr-lee',
    } as const;
    const reading = {
      id: 'r0',
      at: '2026-01-05T08:00:00Z',
      series,
      valuesDeg: [20, 21, 22],
      uncertaintyDeg: null,
      faults: [],
    };
    const patient = Patient.enrolled({ baseline: { rotation: [reading] } });
    expect(update(patient, { baselinePain: 0 })[0]).toMatchObject({
      type: 'patient-updated',
      data: { fact: { baselinePain: { value: 0, at: Date.parse(at) } } },
    });
    expect(patient.program('2026-01-06T09:00').phase).toMatchObject({
      id: '1',
      since: '2026-01-06T08:00:00.000Z',
    });
    expect(update(patient, { baselinePain: 7 })).toEqual([]);
  });

  test('given the education that was missing, then it counts from when it was read', () => {
    const patient = Patient.enrolled({}, 'unread');
    update(patient, { education: { acknowledgedAt: '2026-01-05T20:00:00Z' } });
    expect(patient.program('2026-01-06T09:00').phase).toMatchObject({
      id: '1',
      since: '2026-01-05T20:00:00.000Z',
    });
  });

  test('given a new zone, then from when it counts; told again, or withdrawn before it counts, then as the last word was', () => {
    const patient = Patient.enrolled();
    expect(update(patient, { zone: 'America/New_York' })).toMatchObject([
      {
        data: {
          fact: {},
          zone: { zone: 'America/New_York', from: Date.parse('2026-01-12T05:00:00Z'), told: at },
        },
      },
    ]);
    expect(update(patient, { zone: 'America/New_York' })).toEqual([]);
    expect(update(patient, { zone: 'UTC' })).toHaveLength(1);
    expect(patient.state.zones.at(-1)?.zone).toBe('UTC');
  });

  test('given a zone that came to count this very instant, then it is the present one', () => {
    const patient = Patient.enrolled();
    update(patient, { zone: 'America/New_York' });
    const [event] = update(patient, { zone: 'Europe/Berlin' }, '2026-01-12T05:00:00Z');
    // It is Monday in both by now: the next Monday of Berlin.
    expect(event).toMatchObject({ data: { zone: { from: Date.parse('2026-01-18T23:00:00Z') } } });
    const zones = patient.state.zones.map(({ zone }) => zone);
    expect(zones).toEqual(['UTC', 'America/New_York', 'Europe/Berlin']);
  });

  test('given a third zone while the second waits for its Monday, then it counts from where the patient still is, and the second never does', () => {
    // given: on a Tuesday Kiritimati is told, whose Monday begins first of all
    const patient = Patient.enrolled();
    update(patient, { zone: 'Pacific/Kiritimati' }, '2026-01-06T09:00:00Z');
    // when: on Sunday at 11:00 Honolulu, while it is Monday in Kiritimati already
    const [event] = update(patient, { zone: 'Pacific/Honolulu' }, '2026-01-11T09:30:00Z');
    // then: the week after the present one in UTC, of Sunday the 11th
    expect(event).toMatchObject({ data: { zone: { from: Date.parse('2026-01-12T10:00:00Z') } } });
    expect(patient.state.zones.map(({ zone }) => zone)).toEqual(['UTC', 'Pacific/Honolulu']);
  });

  test('regression: given a third zone that begins a later week than the second, which waits for its Monday, then the second counts until then', () => {
    const patient = Patient.enrolled({ zone: 'Pacific/Auckland' });
    update(patient, { zone: 'America/Sao_Paulo' }, '2026-01-07T09:00:00Z');
    // when: in Auckland it is Monday already, in Brazil still Sunday
    const [event] = update(patient, { zone: 'Pacific/Honolulu' }, '2026-01-11T20:00:00Z');
    expect(event).toMatchObject({ data: { zone: { from: Date.parse('2026-01-19T10:00:00Z') } } });
    expect(patient.state.zones.map(({ zone }) => zone)).toEqual([
      'Pacific/Auckland',
      'America/Sao_Paulo',
      'Pacific/Honolulu',
    ]);
  });

  test('given only a zone while the baseline of pain is missing, then it is still missing', () => {
    const patient = Patient.enrolled({ baseline: {} });
    update(patient, { zone: 'Europe/Berlin' });
    expect(patient.state.enrolment!.baselinePain).toBeNull();
  });
});

describe('the beginning of phase 1 (P01, D11)', () => {
  const reading = (id: string, at: string, valuesDeg: number[]) => ({
    id,
    at,
    series: {
      side: 'left',
      position: 'seated',
      motion: 'active',
      instrument: 'goniometer',
      measuredBy: 'dr-lee',
    } as const,
    valuesDeg,
    uncertaintyDeg: null,
    faults: [],
  });

  test('given several readings, the earliest not valid, then it begins at the earliest valid one, in whatever order they came', () => {
    const rotation = [
      reading('good', '2026-01-07T09:00:00Z', [20, 21, 22]),
      reading('late', '2026-01-08T09:00:00Z', [20, 21, 22]),
      reading('wide', '2026-01-06T09:00:00Z', [10, 20, 30]),
    ];
    const patient = Patient.enrolled(
      { baseline: { pain: 3, rotation }, receivedAt: '2026-01-09T08:00:00Z' },
      'unread',
    );
    const education = { acknowledgedAt: '2026-01-05T09:00:00Z' };
    patient.do({ kind: 'update-patient', education, receivedAt: '2026-01-09T09:00:00Z' });
    expect(patient.program('2026-01-09T09:00').phase).toMatchObject({
      id: '1',
      since: '2026-01-07T09:00:00.000Z',
    });
    expect(patient.eventsOf('target-decided')).toMatchObject([
      { data: { rule: 'O2', inputs: { startLoadKg: 10 } } },
    ]);
  });
});
