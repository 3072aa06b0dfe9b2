import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../testing/patient.js';

const monday = '2026-01-05';
const day = (n: number) => dayAfter(monday, n);
const dose = ({
  sets,
  reps,
  loadKg,
  decision,
  rule,
}: {
  sets: number;
  reps: number;
  loadKg: number;
  decision: string;
  rule: string;
}) => `${sets}x${reps}@${loadKg} ${decision} ${rule}`;

/** A quiet week: Tuesday strength, check-ins on three more days. */
function quietWeek(patient: Patient, week: number, now = 2): void {
  const start = week * 7;
  patient.says(`${day(start)}T20:00`, { now });
  patient.trains(`${day(start + 1)}T18:00`, { now });
  patient.says(`${day(start + 4)}T20:00`, { now });
  patient.says(`${day(start + 6)}T20:00`, { now });
}

describe('the steady improver', () => {
  test('given quiet weeks, when each is closed, then one repetition is added until twelve, then the next plate (O3, D9)', () => {
    const patient = Patient.enrolled();
    const targets: string[] = [];
    for (let week = 0; week < 7; week++) {
      quietWeek(patient, week);
      targets.push(
        patient
          .program(`${day(week * 7 + 6)}T21:00`)
          .targets.map(dose)
          .join(),
      );
    }
    expect(targets).toEqual([
      '3x8@10 start O2',
      '3x9@10 advance O3',
      '3x10@10 advance O3',
      '3x11@10 advance O3',
      '3x12@10 advance O3',
      '3x8@12.5 advance O3',
      '2x8@12.5 deload O6',
    ]);
  });

  test('given the first week, when it has ended, then the target is provisional until 72 h have passed (D3)', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    expect(patient.program(`${day(7)}T12:00`).targets[0]).toMatchObject({
      reps: 9,
      provisional: true,
      week: '2026-W03',
    });
    patient.clock(`${day(10)}T00:00`);
    expect(patient.program(`${day(10)}T00:00`).targets[0]).toMatchObject({ reps: 9, provisional: false });
    expect(patient.program(`${day(9)}T23:59`).targets[0]).toMatchObject({ reps: 9, provisional: true });
  });

  test('given two tolerated sessions, when the second week is closed, then practice is added (P12)', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    quietWeek(patient, 1);
    patient.clock(`${day(17)}T00:00`);
    expect(
      patient.eventsOf('phase-changed').map(({ data }) => `${data.from}>${data.to} ${data.rule}`),
    ).toEqual(['0>1 P01', '1>2 P12']);
    expect(patient.program(`${day(18)}T00:00`).phase).toMatchObject({
      id: '2',
      since: '2026-01-19T00:00:00.000Z',
      provisional: false,
    });
  });
});

describe('the pusher who hurts himself', () => {
  test('given pain above 5 during exercise, when it is said, then it stops at once and the week regresses (S3)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    patient.says(`${day(1)}T18:00`, {
      now: 4,
      pain: { duringExercise: 6 },
      session: { kind: 'strength', exercise: 'squat', sets: [{ reps: 8, loadKg: 20 }] },
    });
    expect(patient.eventsOf('exercise-stopped')).toHaveLength(1);
    expect(patient.program(`${day(2)}T10:00`).holds).toMatchObject([
      { rule: 'S3', exercise: 'squat', until: '2026-01-12T00:00:00.000Z' },
    ]);
    expect(patient.program(`${day(2)}T10:00`).today.filter(({ kind }) => kind === 'strength')).toEqual([]);
    patient.clock(`${day(10)}T00:00`);
    // 0.9 x 60 kg = 54 kg, less the 40 kg of the body: 14 kg, down to the plate.
    expect(patient.program(`${day(10)}T00:00`).targets.map(dose)).toEqual(['3x8@12.5 regress S3']);
  });
});

describe('the one who stops logging', () => {
  test('given two weeks of silence, when the clock closes them, then hold, and at 14 days regress once (S8)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    quietWeek(patient, 0);
    patient.clock(`${day(50)}T00:00`);
    expect(patient.eventsOf('data-missing')).toHaveLength(1);
    const decided = patient
      .eventsOf('target-decided')
      .map((event) => `${event.data.week} ${dose(event.data)}`);
    expect(decided).toEqual([
      '2026-W02 3x8@20 start O2',
      '2026-W03 3x9@20 advance O3',
      '2026-W04 3x9@20 hold S8',
      '2026-W05 3x9@12.5 regress S8',
      '2026-W06 3x9@12.5 hold S8',
      '2026-W07 3x9@12.5 hold S8',
      '2026-W08 3x9@12.5 hold S8',
    ]);
  });
});

describe('the red flag', () => {
  test('given a red flag, when it is reported, then nothing is to be done until a clinician resumes (S1)', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    patient.says(`${day(8)}T09:00`, { now: 5, flags: ['bladder-bowel'] });
    expect(patient.program(`${day(8)}T10:00`).holds).toMatchObject([{ rule: 'S1', until: null }]);
    expect(patient.program(`${day(8)}T10:00`).today).toEqual([]);
    patient.clock(`${day(18)}T00:00`);
    expect(patient.program(`${day(18)}T00:00`).targets.map(dose)).toEqual(['3x9@10 hold S1']);
    patient.override(`${day(18)}T09:00`, { kind: 'resume' });
    expect(patient.program(`${day(18)}T09:00`).holds).toEqual([]);
    expect(patient.program(`${day(18)}T08:59`).holds).toHaveLength(1);
  });
});

describe('the late uploader', () => {
  test('given a closed week, when a report of pain for it comes late, then its target is tightened from then on and never advanced (D4, S9)', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    patient.clock(`${day(10)}T00:00`);
    expect(patient.program(`${day(11)}T00:00`).targets.map(dose)).toEqual(['3x9@10 advance O3']);
    patient.says(`${day(5)}T12:00`, { now: 6 }, `${day(11)}T12:00`);
    expect(patient.eventsOf('target-tightened')).toHaveLength(1);
    expect(patient.program(`${day(11)}T11:59`).targets.map(dose)).toEqual(['3x9@10 advance O3']);
    expect(patient.program(`${day(11)}T12:00`).targets.map(dose)).toEqual(['3x8@10 hold S6']);
    patient.says(`${day(5)}T13:00`, { now: 0 }, `${day(11)}T13:00`);
    expect(patient.eventsOf('target-tightened')).toHaveLength(1);
  });
});

describe("the clinician's override", () => {
  test('given a target override with an end, when weeks are closed before it, then they hold it, and the next decides from it', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    patient.override(
      `${day(7)}T09:00`,
      { kind: 'target', value: { exercise: 'squat', sets: 2, reps: 10, loadKg: 5 } },
      `${day(20)}T00:00`,
    );
    expect(patient.program(`${day(7)}T09:00`).targets.map(dose)).toEqual(['2x10@5 hold override']);
    quietWeek(patient, 1);
    patient.clock(`${day(17)}T00:00`);
    expect(patient.program(`${day(17)}T00:00`).targets.map(dose)).toEqual(['2x10@5 hold override']);
    quietWeek(patient, 2);
    patient.clock(`${day(24)}T00:00`);
    expect(patient.program(`${day(24)}T00:00`).targets.map(dose)).toEqual(['2x11@5 advance O3']);
  });

  test('given a plate override, when the load rises, then it rises by that plate', () => {
    const patient = Patient.enrolled({ startLoadKg: 0 });
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { plateKg: 1.25 } });
    patient.override(`${day(1)}T09:00`, {
      kind: 'target',
      value: { exercise: 'squat', sets: 3, reps: 12, loadKg: 0 },
    });
    quietWeek(patient, 0);
    patient.clock(`${day(10)}T00:00`);
    // 1.05 x 40 kg = 42 kg; 41.25 lies nearer than 42.5? 42 - 41.25 = 0.75, 42.5 - 42 = 0.5: 2.5 kg.
    expect(patient.program(`${day(10)}T00:00`).targets.map(dose)).toEqual(['3x8@2.5 advance O3']);
  });
});

describe('whoever is not ready', () => {
  test('given no education, when asked, then the phase is 0 and says what is missing; once it is there phase 1 begins (P01)', () => {
    const patient = new Patient();
    patient.do({
      kind: 'enrol',
      patientId: 'p1',
      enrolledAt: '2026-01-05T08:00:00Z',
      zone: 'UTC',
      side: 'left',
      birthYear: 1980,
      consent: { version: '1', at: '2026-01-05T08:00:00Z' },
      screening: { flags: [], exclusions: [] },
      baseline: { pain: 3 },
      receivedAt: '2026-01-05T08:00:00Z',
    });
    const phase = patient.program('2026-01-06T08:00').phase;
    expect(phase.id).toBe('0');
    expect(phase.next.filter(({ met }) => !met).map(({ criterion }) => criterion)).toEqual([
      'baseline of rotation',
      'education acknowledged',
    ]);
    const series = {
      side: 'left',
      position: 'seated',
      motion: 'active',
      instrument: 'goniometer',
      measuredBy: 'dr-lee',
    } as const;
    patient.do({
      kind: 'record-rotation',
      rotation: {
        id: 'r1',
        at: '2026-01-07T08:00:00Z',
        series,
        valuesDeg: [20, 21, 22],
        uncertaintyDeg: null,
        faults: [],
      },
      receivedAt: '2026-01-07T08:00:00Z',
    });
    patient.do({
      kind: 'update-patient',
      education: { acknowledgedAt: '2026-01-08T08:00:00Z' },
      receivedAt: '2026-01-08T08:00:00Z',
    });
    expect(patient.program('2026-01-08T08:00').phase).toMatchObject({
      id: '1',
      since: '2026-01-08T08:00:00.000Z',
    });
    expect(patient.program('2026-01-08T08:00').targets.map(dose)).toEqual(['3x8@0 start O2']);
    expect(patient.program('2026-01-08T07:59').phase.id).toBe('0');
  });
});

describe('the one with a bad day', () => {
  test('given strong pain this morning, when today is asked for, then what is planned says that it can wait; tomorrow it does not (S6, A5)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T08:00`, { now: 8 });
    const why = (at: string) => patient.program(at).today.map((item) => item.why);
    expect(why(`${day(1)}T18:00`)).toEqual([expect.stringContaining('let this wait until it has calmed')]);
    expect(why(`${day(2)}T18:00`)).toEqual([expect.not.stringContaining('let this wait')]);
  });
});
