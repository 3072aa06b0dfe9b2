import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';
import type { Series } from '../model/facts.js';

const goniometer = {
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument: 'goniometer',
  measuredBy: 'dr-lee',
} as const;
function reads(patient: Patient, at: string, degrees: number, more: Partial<Series> = {}): void {
  const series: Series = { ...goniometer, ...more };
  const rotation = {
    id: `r-${at}-${series.side}-${series.position}`,
    at: `${at}:00Z`,
    series,
    valuesDeg: [degrees, degrees, degrees],
    uncertaintyDeg: null,
    faults: [],
  };
  patient.do({ kind: 'record-rotation', rotation, receivedAt: `${at}:00Z` });
}
const notes = (patient: Patient, at: string) => patient.program(at).notes;
const codes = (patient: Patient, at: string) => notes(patient, at).map(({ code }) => code);
const idle = (patient: Patient, week: number) => {
  for (const n of [0, 2, 4]) patient.says(`${day(week * 7 + n)}T20:00`, { now: 2 });
};
const offered = ' The lunge could be tried; your clinician can add it.';

describe('notes, as they are read', () => {
  test('given a plateau, then how long, and what could be tried (O7)', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1, 2]) {
      idle(patient, week);
      closes(patient, week);
    }
    expect(notes(patient, `${day(24)}T00:00`)).toEqual([
      {
        rule: 'O7',
        code: 'plateau',
        exercise: 'squat',
        since: `${day(21)}T00:00:00.000Z`,
        text: `The squat has stayed where it is for 3 weeks. That happens, and is worth a look together.${offered}`,
        suggestion: 'lunge',
      },
    ]);
    idle(patient, 3);
    closes(patient, 3);
    expect(notes(patient, `${day(31)}T00:00`)[0]?.since).toBe(`${day(28)}T00:00:00.000Z`);
  });

  test('given it advanced four weeks ago and not since, then that is a plateau; given rotation that is better, then it is none', () => {
    const lived = (degrees?: number) => {
      const patient = Patient.enrolled();
      lives(patient, 0);
      closes(patient, 0);
      for (const week of [1, 2, 3]) {
        idle(patient, week);
        if (week === 3 && degrees !== undefined) {
          reads(patient, `${day(22)}T10:00`, degrees);
          // Another series, of which nothing can be said yet.
          reads(patient, `${day(22)}T11:00`, degrees, { side: 'right' });
        }
        closes(patient, week);
      }
      return codes(patient, `${day(31)}T00:00`);
    };
    expect(lived()).toEqual(['plateau']);
    // 21° at first, 9° by a goniometer are better.
    expect(lived(29)).toEqual(['plateau']);
    expect(lived(30)).toEqual([]);
  });

  test('given one of several check-ins of a week says that it improves, then there is no plateau', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1, 2]) {
      idle(patient, week);
      if (week === 0) patient.says(`${day(5)}T20:00`, { now: 2, improving: true });
      closes(patient, week);
    }
    expect(codes(patient, `${day(24)}T00:00`)).toEqual([]);
  });

  test('given two poor answers, then another exercise may suit; of which they were, where that was said (U1)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T08:00`, { understanding: 2 });
    patient.says(`${day(2)}T08:00`, { understanding: 2, session: { kind: 'strength', exercise: 'squat' } });
    expect(notes(patient, `${day(2)}T08:00`)).toEqual([
      {
        rule: 'U1',
        code: 'another-exercise',
        exercise: 'squat',
        since: `${day(2)}T08:00:00.000Z`,
        text: `When an exercise is not clear or not felt where it should be, another may suit you better.${offered}`,
        suggestion: 'lunge',
      },
    ]);
    patient.says(`${day(3)}T08:00`, { understanding: 2 });
    expect(notes(patient, `${day(3)}T08:00`)[0]?.exercise).toBeNull();
  });

  test('given every exercise is active, then none is offered', () => {
    const patient = Patient.enrolled();
    for (const exercise of ['lunge', 'bulgarian-split-squat'])
      patient.override(`${day(0)}T09:00`, { kind: 'add-exercise', value: { exercise } });
    patient.says(`${day(1)}T08:00`, { understanding: 2 });
    patient.says(`${day(2)}T08:00`, { understanding: 2 });
    expect(notes(patient, `${day(2)}T08:00`)).toMatchObject([
      {
        text: 'When an exercise is not clear or not felt where it should be, another may suit you better.',
        suggestion: null,
      },
    ]);
  });

  test('given a squat that is as light as it gets, then a look; given it could fall, then none (D7)', () => {
    const hurt = (reps: number, loadKg: number, exercise = 'squat') => {
      const patient = Patient.enrolled({ startExercise: exercise });
      patient.override(`${day(0)}T09:00`, { kind: 'target', value: { exercise, sets: 3, reps, loadKg } });
      patient.says(`${day(1)}T18:00`, {
        now: 3,
        pain: { duringExercise: 7 },
        session: { kind: 'strength', exercise },
      });
      closes(patient, 0);
      return notes(patient, `${day(10)}T00:00`);
    };
    expect(hurt(5, 0)).toEqual([
      {
        rule: 'S3',
        code: 'review',
        exercise: 'squat',
        since: `${day(7)}T00:00:00.000Z`,
        text: 'The squat is as light as it gets. Your clinician is asked to look at it with you.',
        suggestion: null,
      },
    ]);
    expect(hurt(6, 0)).toEqual([]);
    expect(hurt(5, 10)).toEqual([]);
    expect(hurt(5, 0, 'lunge')).toEqual([]);
  });

  test('given a hold, then no look, though the target stays', () => {
    const patient = Patient.enrolled({ startLoadKg: 0 });
    patient.override(`${day(0)}T09:00`, {
      kind: 'target',
      value: { exercise: 'squat', sets: 3, reps: 5, loadKg: 0 },
    });
    closes(patient, 0);
    expect(patient.program(`${day(10)}T00:00`).targets).toMatchObject([{ decision: 'hold', reps: 5 }]);
    expect(codes(patient, `${day(10)}T00:00`)).toEqual([]);
  });

  test('given somebody of 25, then how often is for the clinician; not before the programme begins (A14)', () => {
    expect(notes(Patient.enrolled({ birthYear: 2001 }), `${day(0)}T09:00`)).toEqual([
      {
        rule: 'O1',
        code: 'sessions-a-week',
        exercise: null,
        since: '2026-01-05T08:00:00.000Z',
        text: 'How often you train is for your clinician to choose with you; once a week is suggested.',
        suggestion: null,
      },
    ]);
    expect(codes(Patient.enrolled({ birthYear: 2001 }, 'unread'), `${day(0)}T09:00`)).toEqual([]);
    expect(codes(Patient.enrolled({ birthYear: 2000 }), `${day(0)}T09:00`)).toEqual([]);
  });

  test('given phase 2, then a second exercise may join; given phase 1 again, then no longer (A14)', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(1)}T08:00`, { kind: 'phase', value: { phase: '2' } });
    expect(notes(patient, `${day(1)}T08:00`)).toEqual([
      {
        rule: 'O2',
        code: 'second-exercise',
        exercise: null,
        since: `${day(1)}T08:00:00.000Z`,
        text: `Your strength sessions go well, so a second exercise may join the first.${offered}`,
        suggestion: 'lunge',
      },
    ]);
    patient.override(`${day(2)}T08:00`, { kind: 'phase', value: { phase: '1' } });
    expect(codes(patient, `${day(2)}T08:00`)).toEqual([]);
  });
});

describe('rotation worth a look, as it is read (M4)', () => {
  const sides = (left: number | null, right: number | null, more: Partial<Series> = {}) => {
    const patient = Patient.enrolled({ birthYear: 1990, baseline: { pain: 3 } });
    if (left !== null) reads(patient, `${day(0)}T09:00`, left);
    if (right !== null) reads(patient, `${day(0)}T09:00`, right, { side: 'right', ...more });
    return notes(patient, `${day(0)}T10:00`).map(({ text }) => text);
  };

  test('given ten degrees between the sides, then how they were measured and by how much they differ', () => {
    expect(sides(20, 30)).toEqual(['Measured seated and active, the sides differ by 10°.']);
    expect(sides(30.04, 20)).toEqual(['Measured seated and active, the sides differ by 10°.']);
    expect(sides(32.16, 20)).toEqual(['Measured seated and active, the sides differ by 12.2°.']);
    expect(sides(20, 29.9)).toEqual([]);
    expect(sides(20, null)).toEqual([]);
    expect(sides(null, 40)).toEqual([]);
  });

  test('given one side has not been measured for a week, then nothing is compared', () => {
    const patient = Patient.enrolled({ birthYear: 1990, baseline: { pain: 3 } });
    reads(patient, `${day(0)}T09:00`, 20, { side: 'right' });
    reads(patient, `${day(8)}T09:00`, 40);
    expect(codes(patient, `${day(8)}T10:00`)).toEqual([]);
    reads(patient, `${day(9)}T09:00`, 20, { side: 'right' });
    expect(notes(patient, `${day(9)}T10:00`)).toEqual([
      {
        rule: 'M4',
        code: 'side-difference',
        exercise: null,
        since: `${day(9)}T10:00:00.000Z`,
        text: 'Measured seated and active, the sides differ by 20°.',
        suggestion: null,
      },
    ]);
  });

  test.each<[string, number, number | null, string, number]>([
    ['14.9° and pain', 14.9, 1, `${day(0)}T10:00`, 1],
    ['15° and pain', 15, 1, `${day(0)}T10:00`, 0],
    ['no pain', 10, 0, `${day(0)}T10:00`, 0],
    ['no word of pain', 10, null, `${day(0)}T10:00`, 0],
    ['pain told this very instant', 10, 1, `${day(0)}T09:30`, 1],
  ])('given somebody of 60 with %s, then a hint where it belongs', (_what, degrees, now, at, count) => {
    const patient = Patient.enrolled({ birthYear: 1966, baseline: { pain: 3 } });
    reads(patient, `${day(0)}T09:00`, degrees);
    reads(patient, `${day(0)}T09:00`, 40, { position: 'prone' });
    if (now !== null) patient.says(`${day(0)}T09:30`, { now });
    const found = notes(patient, at);
    expect(found).toHaveLength(count);
    for (const note of found)
      expect(note).toMatchObject({
        rule: 'M4',
        code: 'small-rotation',
        text: "Rotation is below 15° and the hip hurts: a clinician's look is worth while.",
      });
  });
});

describe('a word for today, as it is read (A18, A19, S8)', () => {
  test('given a day without a word, then it asks; given three, then it asks otherwise; given seven without moving, then it offers', () => {
    const patient = Patient.enrolled();
    const prompts = (at: string) => patient.program(at).prompts;
    expect(prompts(`${day(0)}T09:00`)).toEqual([
      {
        rule: 'Q1',
        code: 'check-in',
        since: '2026-01-05T08:00:00.000Z',
        text: 'How does your hip feel today?',
      },
    ]);
    expect(prompts(`${day(7)}T08:00`)).toEqual([
      {
        rule: 'S8',
        code: 'nothing-heard',
        since: '2026-01-05T08:00:00.000Z',
        text: 'It has been a few days. A short word on how your hip feels helps to choose what is right for you.',
      },
      {
        rule: 'Q1',
        code: 'use-your-range',
        since: '2026-01-05T08:00:00.000Z',
        text: 'What you use stays with you: a few slow turns in the range that is comfortable today are enough.',
      },
    ]);
  });

  test('given practice, told or recorded, then seven days count from there; given phase 0, then nothing is offered', () => {
    const offers = (patient: Patient, at: string) =>
      patient.program(at).prompts.some(({ code }) => code === 'use-your-range');
    const told = Patient.enrolled();
    told.says(`${day(2)}T08:00`, { session: { kind: 'practice' } });
    told.says(`${day(3)}T08:00`);
    expect([offers(told, `${day(9)}T07:59`), offers(told, `${day(9)}T08:00`)]).toEqual([false, true]);
    const recorded = Patient.enrolled();
    const at = `${day(2)}T08:00:00Z`;
    recorded.do({ kind: 'record-recording', sessionId: 's1', at, purpose: 'practice', receivedAt: at });
    expect([offers(recorded, `${day(9)}T07:59`), offers(recorded, `${day(9)}T08:00`)]).toEqual([false, true]);
    expect(offers(Patient.enrolled({}, 'unread'), `${day(9)}T08:00`)).toBe(false);
  });
});
