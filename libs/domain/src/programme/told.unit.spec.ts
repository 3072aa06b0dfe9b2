import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';

const reasons = (patient: Patient, type: string) =>
  patient.events.filter((event) => event.type === type).map(({ reason }) => reason);

describe('what a person is told when it happens (A5, A6)', () => {
  test('given a check-in, then thanks; before the enrolment it is refused, at its instant taken', () => {
    const patient = Patient.enrolled();
    expect(() => patient.says('2026-01-05T07:59')).toThrow(
      expect.objectContaining({
        code: 'before-enrolment',
        path: '/at',
        message: 'lies before the enrolment',
      }),
    );
    expect(patient.says('2026-01-05T08:00')).not.toEqual([]);
    expect(reasons(patient, 'check-in-received')).toEqual(['Thank you for checking in.']);
  });

  test('given flags of both colours, then each is told, and a red one rests everything (S1, S2)', () => {
    const patient = Patient.enrolled({ side: 'right' });
    const events = patient.says(`${day(1)}T09:00`, { now: 0, flags: ['night-pain', 'cold-limb'] });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'red-flag-reported',
        reason: 'A warning sign was reported: a clinician must look now.',
        data: { checkInId: 'c0', flags: ['cold-limb'], side: 'right' },
      }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'programme-suspended',
        reason: 'Everything rests until a clinician has looked.',
        data: { rule: 'S1', until: null },
      }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'amber-flag-reported',
        reason: 'Something was reported that a clinician should look at within three days.',
        data: { checkInId: 'c0', flags: ['night-pain'], side: 'right' },
      }),
    );
  });

  test.each([
    [5, undefined, []],
    [6, undefined, ['squat', 'lunge']],
    [6, { kind: 'strength' }, ['squat', 'lunge']],
    [6, { kind: 'strength', exercise: 'lunge' }, ['lunge']],
    [9, { kind: 'practice', exercise: 'active-ir-seated' }, []],
    [undefined, { kind: 'strength', exercise: 'lunge' }, []],
  ] as const)(
    'given pain of %s during %j, then these rest until the week ends: %j (S3, D5)',
    (during, session, stopped) => {
      const patient = Patient.enrolled();
      patient.override(`${day(0)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
      patient.says(`${day(1)}T18:00`, {
        now: 2,
        pain: during === undefined ? {} : { duringExercise: during },
        ...(session ? { session } : {}),
      });
      expect(patient.eventsOf('exercise-stopped').map(({ data }) => data.exercise)).toEqual(stopped);
      for (const { reason, data } of patient.eventsOf('exercise-stopped')) {
        expect(reason).toBe('It hurt too much, so this exercise rests until the week ends.');
        expect(data.until).toBe(`${day(7)}T00:00:00.000Z`);
      }
    },
  );

  test('given a spike, a week that has risen, silence, and the closing of weeks, then each in its words', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`, { now: 8 });
    expect(reasons(patient, 'pain-threshold-crossed')).toEqual(['The pain reported is stronger than usual.']);
    const risen = Patient.enrolled();
    lives(risen, 0, { now: 5 });
    closes(risen, 0);
    expect(risen.eventsOf('pain-threshold-crossed').at(-1)).toMatchObject({
      reason: 'The weekly pain has risen.',
      data: { rule: 'pain-rising', by: ['S5'], value: 5, side: 'left' },
    });
    expect(reasons(risen, 'week-closed')).toEqual(['Week 2026-W02 is closed.']);
    risen.clock(`${day(40)}T00:00`);
    expect(reasons(risen, 'data-missing')).toEqual([
      'Nothing was heard for a week: a friendly word may help.',
    ]);
  });
});

describe('what phase 1 waits for, in words (P01)', () => {
  const next = (patient: Patient) =>
    patient.program('2026-01-05T09:00').phase.next.map(({ criterion, met }) => `${criterion}: ${met}`);

  test('given only the education is missing, then that', () => {
    expect(next(Patient.enrolled({}, 'unread'))).toEqual([
      'consent: true',
      'adult: true',
      'no exclusion without clearance: true',
      'no red flag without clearance: true',
      'baseline of pain: true',
      'baseline of rotation: true',
      'education acknowledged: false',
    ]);
  });

  test.each<[string, object, string]>([
    ['seventeen', { birthYear: 2009 }, 'adult'],
    [
      'an exclusion',
      { screening: { flags: [], exclusions: ['pregnancy'] } },
      'no exclusion without clearance',
    ],
    ['a red flag', { screening: { flags: ['cold-limb'], exclusions: [] } }, 'no red flag without clearance'],
    ['no baseline of pain', { baseline: { rotation: [] } }, 'baseline of pain'],
  ])('given %s, then it waits for that', (_what, enrolment, criterion) => {
    const patient = Patient.enrolled(enrolment);
    expect(patient.program('2026-01-05T09:00').phase.id).toBe('0');
    expect(next(patient)).toContain(`${criterion}: false`);
  });

  test('given an amber flag at the screening, or a red one that a clinician has cleared, then it begins', () => {
    const phase = (screening: object) =>
      Patient.enrolled({ screening } as object).program('2026-01-05T09:00').phase.id;
    expect(phase({ flags: ['night-pain'], exclusions: [] })).toBe('1');
    expect(phase({ flags: ['cold-limb'], exclusions: ['pregnancy'], clearedBy: 'dr-lee' })).toBe('1');
  });

  test('given all is there, then what begins is told', () => {
    expect(Patient.enrolled().eventsOf('phase-changed')).toMatchObject([
      {
        reason: 'You are ready to begin: strength comes first, once a week, a little at a time.',
        data: { from: '0', to: '1', rule: 'P01' },
      },
    ]);
  });
});

describe('today, in doses and words', () => {
  const today = (patient: Patient, at: string) => patient.program(at).today;

  test('given phase 2, then strength where it is due, and practice on the other days (O1, Q1, A17)', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '2' } });
    const strength = { kind: 'strength', exercise: 'squat', dose: { sets: 3, reps: 8, loadKg: 10 } };
    expect(today(patient, `${day(0)}T10:00`)[0]).toMatchObject(strength);
    patient.trains(`${day(1)}T18:00`);
    const off = today(patient, `${day(3)}T18:00`);
    expect(off).toMatchObject([
      {
        kind: 'practice',
        exercise: 'active-ir-seated',
        dose: { sets: 2, reps: 10 },
        why: 'On days without strength you use the range you already have: slowly, and only as far as it is comfortable.',
      },
    ]);
    expect(today(Patient.enrolled({}, 'unread'), `${day(0)}T10:00`)).toEqual([]);
  });

  test('given a session on Sunday evening, then strength again 48 h after it, not a second sooner (O1)', () => {
    const patient = Patient.enrolled();
    patient.trains(`${day(6)}T18:00`);
    const kinds = (at: string) => today(patient, at).map(({ kind }) => kind);
    expect(kinds(`${day(8)}T17:59`)).not.toContain('strength');
    expect(kinds(`${day(8)}T18:00`)).toContain('strength');
  });

  test('given the stretches of 3b, then each in its words (T1-T3)', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3b' } });
    const stretches = today(patient, `${day(1)}T09:00`).filter(({ kind }) => kind === 'stretch');
    expect(stretches[0]!.why).toContain(
      'A gentle passive stretch, after strength if you train today, never before it.',
    );
    expect(stretches[1]!.why).toContain('isometric stretch');
    expect(stretches[2]!.why).toContain('dynamic stretch');
  });
});

describe('the side of what is told of pain (D10)', () => {
  const side = (said: object) => {
    const patient = Patient.enrolled();
    patient.says('2026-01-06T09:00', { now: 9, flags: ['cold-limb', 'night-pain'], ...said });
    return patient.events.flatMap((event) =>
      event.type === 'pain-threshold-crossed' ||
      event.type === 'red-flag-reported' ||
      event.type === 'amber-flag-reported'
        ? [event.data.side]
        : [],
    );
  };

  test('given the side that hurts was said, then that; else the enrolled one', () => {
    expect(side({ pain: { side: 'right' } })).toEqual(['right', 'right', 'right']);
    expect(side({ now: 0, pain: { worst: 9 } })).toEqual(['left', 'left', 'left']);
  });

  test('given a check-in below and one above a spike, then that is told to whoever clears the alarm', () => {
    const patient = Patient.enrolled();
    patient.says('2026-01-06T09:00', { now: 2 });
    patient.says('2026-01-06T10:00', { now: 9 });
    expect(patient.eventsOf('check-in-received').map(({ data }) => data.belowSpike)).toEqual([true, false]);
  });
});
