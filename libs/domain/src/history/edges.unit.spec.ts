import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';
import type { CheckInFact, SessionReport } from '../model/facts.js';
import { historyOf } from '../programme/state.js';
import { defaultParameters } from '../ruleset.js';
import { calendarOf } from '../time/week.js';
import { CheckIns } from './check-ins.js';
import { median } from './history.js';
import { morningAfter } from './pain.js';
import { practiceDates, strengthSessions } from './sessions.js';

const strength = (sets: SessionReport['sets'] = []): SessionReport => ({
  kind: 'strength',
  exercise: 'squat',
  sets,
});
const utc = calendarOf([{ from: 0, zone: 'UTC' }]);
const hour = 3_600_000;

describe('sessions that were found before are not taken for those of another question', () => {
  const told = (id: string, at: number): CheckInFact => ({
    id,
    at,
    now: 2,
    flags: [],
    session: strength(),
    receivedAt: at,
    order: 0,
    closedBefore: 0,
  });
  const all = [told('a', 0), told('b', 50 * hour), told('c', 120 * hour)].reduce(
    (list, fact) => list.with(fact),
    CheckIns.none(),
  );
  const found = (list: CheckIns, calendar = utc, sessionGapH = 48) =>
    strengthSessions(list, calendar, { ...defaultParameters, sessionGapH }).map(
      ({ at, tooSoon }) => `${at / hour}${tooSoon ? ' too soon' : ''}`,
    );

  test('given all of them, then an earlier instant, another gap and another zone, then each has its own answer', () => {
    expect(found(all)).toEqual(['0', '50', '120']);
    expect(found(all.until(60 * hour))).toEqual(['0', '50']);
    expect(found(all, utc, 72)).toEqual(['0', '50 too soon', '120']);
    const moved = calendarOf([
      { from: 0, zone: 'UTC' },
      { from: 40 * hour, zone: 'Pacific/Honolulu' },
    ]);
    const days = (calendar: typeof utc) =>
      strengthSessions(all, calendar, defaultParameters).map((session) => session.day);
    expect(days(utc)).toEqual([0, 2, 5]);
    expect(days(moved)).toEqual([0, 1, 4]);
    expect(found(all)).toEqual(['0', '50', '120']);
  });

  test('given one comes in between, then the list that it came to is as it was', () => {
    const one = CheckIns.none()
      .with({ ...told('a', 0), now: 1 })
      .with({ ...told('c', 9), now: 3, site: 'groin' });
    const more = one.with({ ...told('b', 5), now: 2, session: { kind: 'practice' } });
    expect([...one].map(({ at, now, site }) => [at, now, site])).toEqual([
      [0, 1, undefined],
      [9, 3, 'groin'],
    ]);
    expect([...more].map(({ session }) => session?.kind)).toEqual(['strength', 'practice', 'strength']);
    expect([...one].map(({ session }) => session?.kind)).toEqual(['strength', 'strength']);
  });
});

describe('pain of a session told in parts (D5): the highest counts', () => {
  test.each([
    [2, 5],
    [5, 2],
  ])('given %i and then %i on one day, then the week is held for 5 (S3)', (first, second) => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    for (const [hours, duringExercise] of [
      ['19:00', first],
      ['20:00', second],
    ] as const)
      patient.says(`${day(1)}T${hours}`, { pain: { duringExercise }, session: strength() });
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold S3');
  });

  test('given a part that names another exercise beside one that names none, then its sets are not those of the active one', () => {
    const patient = Patient.enrolled();
    const full = Array.from({ length: 3 }, () => ({ reps: 12, loadKg: 20 }));
    patient.says(`${day(1)}T18:00`, { pain: { duringExercise: 2 }, session: { kind: 'strength' } });
    patient.says(`${day(1)}T19:00`, { session: { kind: 'strength', exercise: 'lunge', sets: full } });
    for (const n of [2, 4, 5]) patient.says(`${day(n)}T08:00`);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold O5');
  });
});

describe('the morning after (S4, D6)', () => {
  /** Outcome for a session on day 4 at 06:00, after what was said before and after it. */
  const outcome = (
    said: (patient: Patient) => void,
    enrolled: Parameters<typeof Patient.enrolled>[0] = {},
  ) => {
    const patient = Patient.enrolled(enrolled);
    said(patient);
    const history = historyOf(patient.state);
    const [session] = strengthSessions(history.checkIns, history.calendar, defaultParameters);
    return morningAfter(session!, history, defaultParameters);
  };
  const trains = (patient: Patient) => patient.says(`${day(4)}T06:00`, { session: strength() });

  test('given the first word of the next date comes 38 h after the session, then that is the morning', () => {
    const { morning } = outcome((patient) => {
      trains(patient);
      patient.says(`${day(5)}T20:00`, { now: 4 });
      patient.says(`${day(5)}T21:00`, { now: 1 });
    });
    expect(morning).toBe(4);
  });

  test('given the next word comes a day later still, then none is known', () => {
    const { morning } = outcome((patient) => {
      trains(patient);
      patient.says(`${day(6)}T00:00`, { now: 4 });
    });
    expect(morning).toBeNull();
  });

  test('given the last word before lies exactly 48 h back, then the own median is what it is compared with; a second less, then that word', () => {
    const before = (at: string) =>
      outcome((patient) => {
        for (const n of [0, 1]) patient.says(`${day(n)}T20:00`, { now: 1 });
        patient.says(at, { now: 4 });
        trains(patient);
        patient.says(`${day(5)}T08:00`, { now: 5 });
      });
    expect(before(`${day(2)}T06:00:00Z`)).toEqual({ outcome: 'fires', morning: 5, before: 1 });
    expect(before(`${day(2)}T06:00:01Z`)).toEqual({ outcome: 'quiet', morning: 5, before: 4 });
  });

  test('given nothing is known of the pain before, then a strong morning fires, and a mild one tells nothing', () => {
    const after = (now: number) =>
      outcome(
        (patient) => {
          trains(patient);
          patient.says(`${day(5)}T08:00`, { now });
        },
        { baseline: {} },
      ).outcome;
    expect(after(6)).toBe('fires');
    expect(after(5)).toBe('unknown');
  });
});

describe('the weekly mean (S5, D6)', () => {
  const s5 = (enrolledAt: string, baseline: object = {}) => {
    const patient = Patient.enrolled({ enrolledAt, ...baseline });
    for (const n of [7, 8, 9]) patient.says(`${day(n)}T20:00`, { now: 4 });
    closes(patient, 1);
    return patient.state.closed.map((week) => week.s5);
  };

  test('given the enrolment at the first instant of a week, then its baseline is the mean before', () => {
    expect(s5('2026-01-12T00:00:00Z')).toEqual(['fails']);
  });

  test('given no baseline of pain, then there is nothing to compare with', () => {
    expect(s5('2026-01-12T00:00:00Z', { baseline: {} })).toEqual(['unknown']);
  });
});

describe('spikes (S6, S7)', () => {
  const crossed = (patient: Patient) =>
    patient.eventsOf('pain-threshold-crossed').map(({ data }) => [data.severity, ...data.by]);

  test('given the worst is 8 while it is 3 now, two above the median, then it is S6 alone: S7 begins at 4', () => {
    const patient = Patient.enrolled();
    for (const n of [1, 2, 3]) patient.says(`${day(n)}T09:00`, { now: 1 });
    patient.says(`${day(4)}T09:00`, { now: 3, pain: { worst: 8 } });
    expect(crossed(patient)).toEqual([['HIGH', 'S6']]);
  });

  test('given a clinician takes 4 for a spike and asks for 6 against the own median, then 5 is one by S6', () => {
    const patient = Patient.enrolled({ baseline: { pain: 1 } });
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { spikeMedium: 4, spikeRelative: 6 } });
    patient.says(`${day(1)}T09:00`, { now: 5 });
    patient.says(`${day(2)}T09:00`, { now: 4 });
    expect(crossed(patient)[0]).toEqual(['MEDIUM', 'S6']);
  });
});

describe('practice days (Q1, D11) lie in their own week', () => {
  const days = (patient: Patient) => patient.program(`${day(6)}T23:59`).week.practiceDays;
  const nextWeek = (patient: Patient) => patient.program(`${day(9)}T23:59`).week.practiceDays;
  const practises = (patient: Patient, at: string) => patient.says(at, { session: { kind: 'practice' } });
  const records = (patient: Patient, sessionId: string, at: string, purpose: 'practice' | 'measurement') =>
    patient.do({
      kind: 'record-recording',
      sessionId,
      at: `${at}:00Z`,
      purpose,
      receivedAt: `${day(9)}T23:00:00Z`,
    });

  test('given practice at the very end of a week, then it is of the next, by check-in and by device; a measurement is none', () => {
    const patient = Patient.enrolled();
    practises(patient, `${day(3)}T09:00`);
    practises(patient, `${day(7)}T00:00`);
    records(patient, 's1', `${day(4)}T09:00`, 'practice');
    records(patient, 's2', `${day(7)}T00:00`, 'practice');
    records(patient, 's3', `${day(5)}T09:00`, 'measurement');
    expect([days(patient), nextWeek(patient)]).toEqual([2, 1]);
  });

  test('given all is known that came in the three days until the closing, then each day counts in its own week', () => {
    const patient = Patient.enrolled();
    for (const at of [`${day(3)}T09:00`, `${day(7)}T00:00`, `${day(8)}T09:00`]) practises(patient, at);
    const history = historyOf(patient.state);
    const [first, second] = [0, 7].map((n) =>
      practiceDates(history.calendar.weekOf(Date.parse(`${day(n)}T12:00:00Z`)), history),
    );
    expect([first!.size, second!.size]).toEqual([1, 2]);
  });
});

describe('a gap, and what is taken out of it (S8, D6)', () => {
  /** Silent from day 1 at 09:00 on, closed by the clock: the first closing with a gap of 14 days is that of week 2. */
  const decisions = (act: (patient: Patient) => void, weeks = 4) => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    act(patient);
    return Array.from({ length: weeks }, (_, week) => {
      patient.clock(`${day(week * 7 + 10)}T00:00`);
      const { decision, rule } = patient.state.targets.at(-1)!;
      return `${decision} ${rule}`;
    });
  };
  const speaks = (patient: Patient, n = 1) => patient.says(`${day(n)}T09:00`);

  test('given nothing stands, then the third closing regresses, once', () => {
    expect(decisions((patient) => speaks(patient))).toEqual(['hold S8', 'hold S8', 'regress S8', 'hold S8']);
  });

  test('given a pause that began before the last word and goes on, then there is no gap', () => {
    const act = (patient: Patient) => {
      patient.override(`${day(0)}T09:00`, { kind: 'suspend' });
      speaks(patient);
    };
    expect(decisions(act)).toEqual(Array.from({ length: 4 }, () => 'hold override'));
  });

  test('given a pause that had ended before the last word, then it takes nothing out', () => {
    const act = (patient: Patient) => {
      patient.override(`${day(0)}T09:00`, { kind: 'suspend' }, `${day(1)}T08:00`);
      speaks(patient);
    };
    expect(decisions(act)[2]).toBe('regress S8');
  });

  test('given a week of pause that had ended before the last word, or one after the week, then neither is taken out', () => {
    const act = (patient: Patient) => {
      patient.override(`${day(0)}T09:00`, { kind: 'suspend' }, `${day(7)}T08:00`);
      speaks(patient, 7);
      patient.override(`${day(30)}T09:00`, { kind: 'suspend' }, `${day(40)}T09:00`, `${day(7)}T10:00`);
    };
    expect(decisions(act)).toEqual(['hold override', 'hold S8', 'hold S8', 'regress S8']);
  });

  test('given a pause of the last two days that goes on, then the gap before it is long enough all the same', () => {
    const act = (patient: Patient) => {
      speaks(patient);
      patient.override(`${day(19)}T09:00`, { kind: 'suspend' }, undefined, `${day(1)}T10:00`);
    };
    expect(decisions(act).slice(2)).toEqual(['regress S8', 'hold override']);
  });

  test('given the silence is ended by a red flag after the week, then that flag takes nothing out of the gap before it', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    speaks(patient);
    patient.says(`${day(24)}T09:00`, { flags: ['cold-limb'] });
    const rules = patient.eventsOf('target-decided').map(({ data }) => `${data.decision} ${data.rule}`);
    expect(rules).toEqual(['start O2', 'hold S8', 'hold S8', 'regress S8']);
  });

  test('given two pauses, the second from an earlier day, then it has rested since then', () => {
    const patient = Patient.enrolled();
    for (const n of [5, 3])
      patient.override(`${day(n)}T09:00`, { kind: 'suspend' }, undefined, `${day(2)}T09:00`);
    expect(patient.program(`${day(6)}T09:00`).holds).toMatchObject([{ since: `${day(3)}T09:00:00.000Z` }]);
  });
});

test('the median of nothing is none', () => expect(median([])).toBeNull());
