import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import { defaultRuleset } from '../ruleset.js';
import { responsesAsOf } from './responses.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const at = (text: string) => Date.parse(`${text}:00Z`);
const responses = (patient: Patient, asked: string) =>
  responsesAsOf(patient.state, at(asked), defaultRuleset)!;

interface Told {
  readonly during?: number;
  readonly felt?: boolean;
  readonly controllable?: boolean;
  readonly understanding?: number;
  readonly improving?: boolean;
  readonly morning?: number;
  readonly kind?: 'strength' | 'practice' | 'stretch';
}

function does(patient: Patient, n: number, exercise: string, told: Told = {}): void {
  const { during, felt, controllable, understanding, improving, morning, kind = 'strength' } = told;
  patient.says(`${day(n)}T18:00`, {
    now: 2,
    pain: during === undefined ? {} : { duringExercise: during },
    session: { kind, exercise },
    ...(felt === undefined ? {} : { feltTarget: felt }),
    ...(controllable === undefined ? {} : { controllable }),
    ...(understanding === undefined ? {} : { understanding }),
    ...(improving === undefined ? {} : { improving }),
  });
  if (morning !== undefined) patient.says(`${day(n + 1)}T08:00`, { now: 2, pain: { nextMorning: morning } });
}

function reads(
  patient: Patient,
  when: string,
  value: number,
  measuredBy = 'dr-lee',
  receivedAt = when,
): void {
  const series = {
    side: 'left',
    position: 'seated',
    motion: 'active',
    instrument: 'goniometer',
    measuredBy,
  } as const;
  patient.do({
    kind: 'record-rotation',
    rotation: {
      id: `r${when}${measuredBy}${value}`,
      at: `${when}:00Z`,
      series,
      valuesDeg: [value, value, value],
      uncertaintyDeg: null,
      faults: [],
    },
    receivedAt: `${receivedAt}:00Z`,
  });
}

const says = (patient: Patient) => responses(patient, `${day(30)}T00:00`).items[0]!.says;

describe('what is said of an exercise (A2)', () => {
  test.each<[string, Told, Told, string]>([
    ['nothing but that it was done', {}, {}, 'Little was told about the squat so far.'],
    ['pain of 3', { during: 3 }, { during: 3 }, 'The squat: it stays comfortable.'],
    ['pain of 4', { during: 4 }, { during: 4 }, 'The squat: it is often uncomfortable.'],
    ['calm mornings', { morning: 2 }, { morning: 3 }, 'The squat: the mornings after are calm.'],
    ['one sore morning', { morning: 5 }, { morning: 2 }, 'The squat: 1 of 2 mornings after were sore.'],
    ['felt every second time', { felt: true }, { felt: false }, 'The squat: it is felt where it should be.'],
    ['not felt', { felt: false }, { felt: false }, 'The squat: it is felt elsewhere.'],
    [
      'all of it',
      { during: 1, morning: 2, felt: true },
      { during: 2, morning: 2, felt: true },
      'The squat: it stays comfortable, the mornings after are calm, it is felt where it should be.',
    ],
  ])('given two sessions with %s, then it is said plainly', (_what, first, second, sentence) => {
    const patient = Patient.enrolled();
    does(patient, 1, 'squat', first);
    does(patient, 8, 'squat', second);
    expect(says(patient)).toBe(sentence);
  });

  test('given rotation after it, then the change is told to a tenth, and that it may be error', () => {
    const patient = Patient.enrolled();
    for (const n of [1, 8]) {
      reads(patient, `${day(n)}T17:00`, 20);
      does(patient, n, 'squat');
      reads(patient, `${day(n + 1)}T17:00`, 21.26);
    }
    expect(says(patient)).toBe(
      'The squat: rotation after it changed by 1.3°, which may be measurement error.',
    );
  });

  test('given answers to some of them only, then shares and medians are of those given', () => {
    const patient = Patient.enrolled();
    does(patient, 1, 'squat', {
      during: 1,
      felt: true,
      controllable: true,
      understanding: 2,
      improving: true,
      morning: 2,
    });
    does(patient, 8, 'squat', { improving: false });
    does(patient, 15, 'squat', { during: 4, felt: false, controllable: true, understanding: 5 });
    const [squat] = responses(patient, `${day(30)}T00:00`).items;
    expect(squat).toMatchObject({
      sessions: 3,
      lastAt: `${day(15)}T18:00:00.000Z`,
      pain: { during: 2.5, soreMornings: 0, knownMornings: 1 },
      feel: { controllable: 1, feltTarget: 0.5, understanding: 3.5, improving: 1 },
    });
  });

  test('given nothing was answered, then nothing is known', () => {
    const patient = Patient.enrolled();
    does(patient, 1, 'active-ir-seated', { kind: 'practice' });
    expect(responses(patient, `${day(30)}T00:00`).items[0]).toMatchObject({
      modality: 'practice',
      pain: { during: null, morningChange: null, soreMornings: 0, knownMornings: 0 },
      feel: { controllable: null, feltTarget: null, understanding: null, improving: 0 },
      rotation: { change: null, pairs: 0 },
    });
  });

  test('given a session of two exercises and a check-in with none, then each exercise has the morning after', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { now: 2, session: { kind: 'strength' } });
    does(patient, 1, 'squat', { during: 2 });
    does(patient, 1, 'lunge', { during: 2, morning: 2 });
    const known = responses(patient, `${day(3)}T00:00`).items.map(({ exercise, pain }) => [
      exercise,
      pain.knownMornings,
    ]);
    expect(known).toEqual([
      ['lunge', 1],
      ['squat', 1],
    ]);
  });
});

describe('what comes first in the list (A2)', () => {
  const listed = (squat: readonly Told[], lunge: readonly Told[]) => {
    const patient = Patient.enrolled();
    for (const [index, told] of squat.entries()) does(patient, 1 + 7 * index, 'squat', told);
    for (const [index, told] of lunge.entries()) does(patient, 4 + 7 * index, 'lunge', told);
    const { items, suggestion } = responses(patient, `${day(40)}T00:00`);
    return { first: items[0]!.exercise, suggestion };
  };

  test.each<[string, Told, Told]>([
    ['less pain during it', { during: 1 }, { during: 2 }],
    ['pain of 2 before pain that nobody told', { during: 2 }, {}],
    ['untold pain before pain of 4', {}, { during: 4 }],
    ['calm mornings before sore ones', { during: 1, morning: 2 }, { during: 1, morning: 6 }],
    ['a calm morning before no morning, where it hurt less', { during: 1, morning: 2 }, { during: 2 }],
    ['controllable before not', { controllable: true }, { controllable: false }],
    ['controllable before untold', { controllable: true }, {}],
    ['untold before not controllable', {}, { controllable: false }],
    ['felt before not', { felt: true }, { felt: false }],
    ['felt before untold', { felt: true }, {}],
    ['untold before not felt', {}, { felt: false }],
    ['felt weighs more than two points of pain', { felt: true, during: 3 }, { felt: false, during: 1 }],
  ])('given %s, then in that order, whichever it is', (_what, better, worse) => {
    expect(listed([better, better], [worse, worse]).first).toBe('squat');
    expect(listed([worse, worse], [better, better]).first).toBe('lunge');
  });

  test('given half of the mornings sore, then half as heavy as all of them', () => {
    const sore = { during: 1, morning: 6 };
    const calm = { during: 1, morning: 2 };
    expect(listed([sore, calm], [sore, sore]).first).toBe('squat');
    expect(listed([sore, sore], [sore, calm]).first).toBe('lunge');
    // Half a sore morning (0.5) weighs more than two points of pain (0.4), and less than three (0.6).
    expect(
      listed(
        [sore, calm],
        [
          { ...calm, during: 3 },
          { ...calm, during: 3 },
        ],
      ).first,
    ).toBe('lunge');
    expect(
      listed(
        [sore, calm],
        [
          { ...calm, during: 4 },
          { ...calm, during: 4 },
        ],
      ).first,
    ).toBe('squat');
  });

  test('given both borne alike, then the one done more often, else by name; nothing is suggested', () => {
    expect(listed([{ during: 2 }, { during: 2 }], [{ during: 2 }])).toEqual({
      first: 'squat',
      suggestion: null,
    });
    expect(listed([{ during: 2 }], [{ during: 2 }, { during: 2 }])).toEqual({
      first: 'lunge',
      suggestion: null,
    });
    expect(listed([{ during: 2 }], [{ during: 2 }]).first).toBe('lunge');
  });

  test('given one exercise only, or one tried once, then nothing is suggested; given two sessions borne better, then it is', () => {
    expect(listed([{ during: 1 }, { during: 1 }], []).suggestion).toBeNull();
    expect(listed([{ during: 1 }], [{ during: 2 }, { during: 2 }]).suggestion).toBeNull();
    expect(listed([{ during: 1 }, { during: 1 }], [{ during: 2 }]).suggestion).toBe(
      'So far the squat is what this body takes best. That is worth talking about, and no instruction.',
    );
  });
});

describe('rotation around a session', () => {
  const pairs = (readings: readonly (readonly [string, number])[]) => {
    const patient = Patient.enrolled();
    for (const [when, value] of readings) reads(patient, when, value);
    does(patient, 20, 'squat');
    return responses(patient, `${day(40)}T00:00`).items[0]!.rotation;
  };
  const before = [`${day(20)}T09:00`, 20] as const;
  const after = [`${day(21)}T09:00`, 30] as const;

  test.each<[string, readonly (readonly [string, number])[], number | null]>([
    ['a reading 48 h after it', [before, [`${day(22)}T18:00`, 31]], 11],
    ['a reading later than that', [before, [`${day(22)}T18:01`, 31]], null],
    ['a reading at its very instant, which is before it', [[`${day(20)}T18:00`, 22], after], 8],
    ['a reading just within seven days before it', [[`${day(13)}T18:01`, 21], after], 9],
    ['a reading seven days before it', [[`${day(13)}T18:00`, 21], after], null],
    ['several before it: the last counts', [[`${day(19)}T09:00`, 10], before, after], 10],
    ['several after it: the first counts', [before, after, [`${day(22)}T09:00`, 50]], 10],
    ['readings that arrived in another order', [[`${day(22)}T09:00`, 50], after, before], 10],
    ['nothing before it', [after], null],
    ['one that is not valid', [before, [`${day(21)}T08:00`, 95], after], 10],
  ])('given %s, then the change is as said', (_what, readings, change) => {
    expect(pairs(readings)).toEqual({ change, pairs: change === null ? 0 : 1 });
  });

  test('given two series, then each is compared within itself (M5)', () => {
    const patient = Patient.enrolled();
    reads(patient, `${day(20)}T09:00`, 20);
    reads(patient, `${day(20)}T10:00`, 40, 'somebody-else');
    does(patient, 20, 'squat');
    reads(patient, `${day(21)}T09:00`, 24);
    reads(patient, `${day(21)}T10:00`, 42, 'somebody-else');
    expect(responses(patient, `${day(40)}T00:00`).items[0]!.rotation).toEqual({ change: 3, pairs: 2 });
  });
});

test('given the very instant of the enrolment, then there is a list, and it is empty', () => {
  expect(responses(Patient.enrolled(), '2026-01-05T08:00')).toEqual({
    patientId: 'p1',
    items: [],
    suggestion: null,
  });
});
