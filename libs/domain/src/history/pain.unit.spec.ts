import { describe, expect, test } from '@jest/globals';
import { closes, day } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';

/** Sessions of the squat, all done. */
const trains = (patient: Patient, at: string, now = 2) =>
  patient.says(at, {
    now,
    pain: { duringExercise: 2 },
    session: {
      kind: 'strength',
      exercise: 'squat',
      sets: Array.from({ length: 3 }, () => ({ reps: 20, loadKg: 90 })),
    },
    understanding: 4,
  });

describe('the morning after (S4, D6)', () => {
  /** One trained week; what else is told decides. */
  const week = (tell: (patient: Patient) => void, baseline = 3) => {
    const at = '2026-01-05T08:00:00Z';
    const { series } = Patient.enrolled().state.readings[0]!;
    const reading = { id: 'r0', at, series, valuesDeg: [20, 20, 20], uncertaintyDeg: null, faults: [] };
    const patient = Patient.enrolled({ baseline: { pain: baseline, rotation: [reading] } });
    tell(patient);
    for (const n of [5, 6]) patient.says(`${day(n)}T20:00`, { now: 2 });
    return closes(patient, 0).split(' ').slice(2).join(' ');
  };
  const morning = (patient: Patient, at: string, nextMorning: number, now = 2) =>
    patient.says(at, { now, pain: { nextMorning } });

  test.each<[string, (patient: Patient) => void, string]>([
    [
      'two above the pain before',
      (patient) => {
        patient.says(`${day(1)}T10:00`, { now: 2 });
        trains(patient, `${day(1)}T18:00`);
        morning(patient, `${day(2)}T08:00`, 4);
      },
      'hold S4',
    ],
    [
      'one above it',
      (patient) => {
        patient.says(`${day(1)}T10:00`, { now: 2 });
        trains(patient, `${day(1)}T18:00`);
        morning(patient, `${day(2)}T08:00`, 3);
      },
      'advance O3',
    ],
    [
      'five after a five: not above five, not two above',
      (patient) => {
        patient.says(`${day(1)}T10:00`, { now: 4 });
        trains(patient, `${day(1)}T18:00`);
        morning(patient, `${day(2)}T08:00`, 5);
      },
      'advance O3',
    ],
    [
      'the pain before told exactly 48 h earlier does not count: then the median does',
      (patient) => {
        patient.says(`${day(1)}T17:00`, { now: 1 });
        patient.says(`${day(1)}T18:00`, { now: 4 });
        trains(patient, `${day(3)}T18:00`);
        morning(patient, `${day(4)}T08:00`, 4);
      },
      // Median of 1 and 4 is 2.5; 4 is 1.5 above.
      'advance O3',
    ],
    [
      'told a second later it does',
      (patient) => {
        patient.says(`${day(1)}T17:00`, { now: 4 });
        patient.says(`${day(1)}T18:00:01Z`, { now: 1 });
        trains(patient, `${day(3)}T18:00`);
        morning(patient, `${day(4)}T08:00`, 3);
      },
      'hold S4',
    ],
    [
      'nothing before: the baseline of 3',
      (patient) => {
        trains(patient, `${day(1)}T18:00`);
        morning(patient, `${day(2)}T08:00`, 5);
      },
      'hold S4',
    ],
    [
      'nothing before, one above the baseline',
      (patient) => {
        trains(patient, `${day(1)}T18:00`);
        morning(patient, `${day(2)}T08:00`, 4);
      },
      'advance O3',
    ],
    [
      'a morning told exactly 36 h after, on the next but one date',
      (patient) => {
        patient.says(`${day(1)}T08:00`, { now: 2 });
        trains(patient, `${day(1)}T18:00`);
        patient.says(`${day(2)}T20:00`, { now: 2 });
        morning(patient, `${day(3)}T06:00`, 4);
      },
      'hold S4',
    ],
    [
      'a second later: then the pain of the next date',
      (patient) => {
        patient.says(`${day(1)}T08:00`, { now: 2 });
        trains(patient, `${day(1)}T18:00`);
        patient.says(`${day(2)}T20:00`, { now: 2 });
        morning(patient, `${day(3)}T06:00:01Z`, 4);
      },
      'advance O3',
    ],
    [
      'told in the same night: not yet the morning after',
      (patient) => {
        patient.says(`${day(1)}T08:00`, { now: 2 });
        trains(patient, `${day(1)}T18:00`);
        morning(patient, `${day(1)}T23:00`, 5);
        patient.says(`${day(2)}T20:00`, { now: 2 });
      },
      'advance O3',
    ],
    [
      'no morning, but the first pain of the next date',
      (patient) => {
        patient.says(`${day(1)}T08:00`, { now: 2 });
        trains(patient, `${day(1)}T18:00`);
        patient.says(`${day(2)}T08:00`, { now: 4 });
        patient.says(`${day(2)}T20:00`, { now: 2 });
      },
      'hold S4',
    ],
    [
      'nothing on the next date, a low pain on the next but one: not known',
      (patient) => {
        patient.says(`${day(1)}T08:00`, { now: 2 });
        trains(patient, `${day(1)}T18:00`);
        patient.says(`${day(3)}T08:00`, { now: 2 });
      },
      'hold S8',
    ],
    [
      'the first of two mornings counts',
      (patient) => {
        patient.says(`${day(1)}T08:00`, { now: 2 });
        trains(patient, `${day(1)}T18:00`);
        morning(patient, `${day(2)}T07:00`, 2);
        morning(patient, `${day(2)}T09:00`, 5);
      },
      'advance O3',
    ],
  ])('given %s, then %#', (_what, tell, outcome) => {
    expect(week(tell)).toBe(outcome);
  });

  test('given six after a six, then it fires: above five is too much in itself', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T10:00`, { now: 5 });
    trains(patient, `${day(1)}T18:00`, 5);
    patient.says(`${day(2)}T08:00`, { now: 5, pain: { nextMorning: 6 } });
    patient.says(`${day(3)}T08:00`, { now: 2 });
    closes(patient, 0);
    // A peak of 6 names S6 first; S4 is known from the inputs.
    expect(patient.program(`${day(10)}T00:00`).targets[0]!.inputs).toMatchObject({ nextMorning: 'fires' });
  });
});

describe('a spike of pain (S6, S7, D6)', () => {
  const crossed = (earlier: readonly number[], now: number, pain = {}, baseline = 3) => {
    const patient = Patient.enrolled({ baseline: { pain: baseline } });
    for (const [place, before] of earlier.entries()) patient.says(`${day(1)}T0${place}:00`, { now: before });
    const events = patient.says(`${day(2)}T09:00`, { now, pain });
    return events.flatMap((event) =>
      event.type === 'pain-threshold-crossed'
        ? [`${event.data.severity} ${event.data.by.join('+')} ${event.data.median}`]
        : [],
    );
  };

  test.each<[string, string[], string[]]>([
    ['8 now', crossed([], 8), ['HIGH S6 3']],
    ['8 at worst', crossed([], 2, { worst: 8 }), ['HIGH S6 3']],
    ['8 last morning', crossed([], 2, { nextMorning: 8 }), ['HIGH S6 3']],
    ['7 at worst only', crossed([], 5, { worst: 7 }), []],
    ['6 over a baseline of 4', crossed([], 6, {}, 4), ['MEDIUM S6 4']],
    ['6 over a baseline of 5', crossed([], 6, {}, 5), []],
    ['6 over two earlier ones: the baseline still counts', crossed([6, 6], 6, {}, 4), ['MEDIUM S6 4']],
    ['6 over three earlier ones of 5', crossed([5, 5, 5], 6, {}, 0), []],
    ['6 over a median of 4', crossed([4, 4, 4], 6), ['MEDIUM S6+S7 4']],
    ['5 over a median of 3', crossed([3, 3, 3], 5), ['MEDIUM S7 3']],
    ['5 over two earlier ones: S7 needs three', crossed([1, 1], 5), []],
    ['4 over a median of 2', crossed([2, 2, 2], 4), ['MEDIUM S7 2']],
    ['4 over a median of 2.5', crossed([2, 2, 3, 3], 4), []],
    ['3 over a median of 0', crossed([0, 0, 0], 3), []],
  ])('given %s', (_what, found, expected) => {
    expect(found).toEqual(expected);
  });

  test('given earlier pain exactly fourteen days before, then it is outside the window', () => {
    const patient = Patient.enrolled();
    for (const minute of ['00', '01', '02']) patient.says(`${day(1)}T09:${minute}`, { now: 0 });
    const spike = (at: string) =>
      patient.says(at, { now: 4 }).some(({ type }) => type === 'pain-threshold-crossed');
    expect(spike(`${day(15)}T09:00`)).toBe(false);
    const other = Patient.enrolled();
    for (const minute of ['00', '01', '02']) other.says(`${day(1)}T09:${minute}`, { now: 0 });
    expect(
      other.says(`${day(15)}T08:59`, { now: 4 }).some(({ type }) => type === 'pain-threshold-crossed'),
    ).toBe(true);
  });

  test('regression: given nothing is known of the pain before, then six is taken for a rise', () => {
    const patient = Patient.enrolled({ baseline: {} });
    expect(
      patient.says(`${day(1)}T09:00`, { now: 6 }).some(({ type }) => type === 'pain-threshold-crossed'),
    ).toBe(true);
  });
});

describe('where it hurts (A4)', () => {
  test('given pain at two sites, then each has its own median of fourteen days', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`, { now: 2, pain: { site: 'groin' } });
    patient.says(`${day(2)}T09:00`, { now: 4, pain: { site: 'groin' } });
    patient.says(`${day(3)}T09:00`, { now: 5, pain: { site: 'lower-back' } });
    patient.says(`${day(4)}T09:00`, { now: 0 });
    expect(patient.program(`${day(5)}T09:00`).pain).toMatchObject({
      now: 0,
      median14d: 3,
      bySite: { groin: { checkIns: 2, median14d: 3 }, 'lower-back': { checkIns: 1, median14d: 5 } },
    });
    expect(patient.program(`${day(16)}T09:00`).pain).toMatchObject({ median14d: 2.5, now: 0 });
    expect(patient.program(`${day(18)}T09:00`).pain).toMatchObject({ median14d: null, bySite: {} });
  });
});
