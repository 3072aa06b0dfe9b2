import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, type Lived, lives } from '../../testing/story.js';

const at3a = () => {
  const patient = Patient.enrolled();
  patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
  return patient;
};
const stretches = (patient: Patient, at: string, pain: number) =>
  patient.says(at, {
    pain: { duringExercise: pain },
    session: { kind: 'stretch', exercise: 'passive-ir', mode: 'passive' },
  });

describe('one step back, never below phase 1 (P-, D11)', () => {
  test('given pain that rises two weeks running in phase 1, then it stays, and no step is told', () => {
    const patient = Patient.enrolled({ baseline: { ...baseline(), pain: 1 } });
    lives(patient, 0, { now: 2 });
    closes(patient, 0);
    lives(patient, 1, { now: 3 });
    closes(patient, 1);
    expect(patient.state.closed.map(({ s5 }) => s5)).toEqual(['fails', 'fails']);
    expect(patient.program(`${day(17)}T00:00`).phase.id).toBe('1');
    expect(patient.eventsOf('phase-changed').map(({ data }) => data.rule)).toEqual(['P01']);
  });

  test('given it goes on rising, then one more at each closing', () => {
    const patient = Patient.enrolled({ baseline: { ...baseline(), pain: 1 } });
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3b' } });
    const phases: string[] = [];
    for (let week = 0; week < 5; week++) {
      lives(patient, week, { now: 2 + week, duringExercise: 2, morning: 2 + week });
      closes(patient, week);
      phases.push(patient.program(`${day(week * 7 + 10)}T00:00`).phase.id);
    }
    expect(phases).toEqual(['3b', '3a', '2', '1', '1']);
  });
});

function baseline() {
  const { series } = Patient.enrolled().state.readings[0]!;
  const at = '2026-01-05T08:00:00Z';
  return { rotation: [{ id: 'r0', at, series, valuesDeg: [20, 21, 22], uncertaintyDeg: null, faults: [] }] };
}

describe('which decisions of the week stand against a step forward (D11)', () => {
  test('given a week held for pain of 5 in the exercise, then practice begins all the same (P12 takes 5)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    lives(patient, 1, { duringExercise: 5 });
    expect(closes(patient, 1)).toBe('squat 3x9@10 hold S3');
    expect(patient.program(`${day(17)}T00:00`).phase.id).toBe('2');
  });

  test('given a week regressed for two misses (O5), then practice begins all the same', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1]) {
      patient.says(`${day(week * 7)}T20:00`);
      const session = { kind: 'strength', exercise: 'squat', sets: [{ reps: 8, loadKg: 10 }] } as const;
      patient.says(`${day(week * 7 + 1)}T18:00`, { pain: { duringExercise: 2 }, session, understanding: 4 });
      patient.says(`${day(week * 7 + 2)}T08:00`);
      closes(patient, week);
    }
    expect(patient.state.targets.at(-1)).toMatchObject({ decision: 'regress', rule: 'O5' });
    expect(patient.program(`${day(17)}T00:00`).phase.id).toBe('2');
  });

  const toOthers = (last: Lived) => {
    const patient = at3a();
    // Both weeks rise from 2, the second as it is said.
    for (const week of [0, 1, 2]) {
      lives(patient, week, week === 2 ? last : {});
      for (const n of [3, 4, 5]) stretches(patient, `${day(week * 7 + n)}T21:00`, 2);
      closes(patient, week);
    }
    return `${patient.state.targets.at(-1)!.rule} ${patient.program(`${day(24)}T00:00`).phase.id}`;
  };

  test('given calm weeks of stretching, then the others begin after the third; a week regressed by S3 or S5 keeps them back', () => {
    expect(toOthers({})).toBe('O3 3b');
    expect(toOthers({ duringExercise: 6 })).toBe('S3 3a');
    // The mean rises from 2 to 4.5, and no morning is sore: 5 after 6 the evening before.
    expect(toOthers({ now: 6, duringExercise: 2, morning: 5 })).toBe('S5 3a');
  });

  test('given six weeks that fulfil all else, then two sore mornings running (S4) keep stretches back', () => {
    const phaseAfter = (morning: number) => {
      const patient = Patient.enrolled({ startLoadKg: 10 });
      for (let week = 0; week < 6; week++) {
        const sore = week > 3 ? { morning } : {};
        lives(patient, week, { practice: 4, ...sore });
        if (week === 4) measures(patient, 'm4', 37, 21);
        closes(patient, week);
      }
      return `${patient.state.targets.at(-1)!.rule} ${patient.program(`${day(45)}T00:00`).phase.id}`;
    };
    expect(phaseAfter(3)).toBe('O6 3a');
    expect(phaseAfter(4)).toBe('S4 2');
  });
});

function measures(patient: Patient, id: string, n: number, degrees: number, more: object = {}): void {
  const { series } = patient.state.readings[0]!;
  const at = `${day(n)}T10:00:00Z`;
  const valuesDeg = [degrees, degrees, degrees];
  const rotation = { id, at, series: { ...series, ...more }, valuesDeg, uncertaintyDeg: null, faults: [] };
  patient.do({ kind: 'record-rotation', rotation, receivedAt: at });
}

describe('what the steps look at', () => {
  const next = (patient: Patient, at: string, place: number) => {
    const { have, need, met } = patient.program(at).phase.next[place]!;
    return `${String(have)} of ${String(need)}, ${met}`;
  };

  test('given understanding was said in the very first check-in, or never, then that counts (P12)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(0)}T09:00`);
    expect(next(patient, `${day(1)}T09:00`, 2)).toBe('null of 3, false');
    const other = Patient.enrolled();
    other.says(`${day(0)}T09:00`, { understanding: 3 });
    other.says(`${day(1)}T09:00`);
    expect(next(other, `${day(1)}T09:00`, 2)).toBe('3 of 3, true');
  });

  const at2 = (patient = Patient.enrolled()) => {
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '2' } });
    return patient;
  };

  test('given two sessions in a week, one at its first instant, then one strength week (P23)', () => {
    const patient = at2();
    const session = { kind: 'strength', exercise: 'squat', sets: [] } as const;
    for (const at of [`${day(1)}T18:00`, `${day(7)}T00:00`, `${day(10)}T18:00`])
      patient.says(at, { session });
    expect(next(patient, `${day(6)}T20:00`, 0)).toBe('1 of 6, false');
    expect(next(patient, `${day(12)}T20:00`, 0)).toBe('2 of 6, false');
  });

  test('given a session at the instant from which they count, then it is one of them', () => {
    const patient = Patient.enrolled();
    const session = { kind: 'strength', exercise: 'squat', sets: [] } as const;
    patient.override(`${day(1)}T18:00`, { kind: 'phase', value: { phase: '2' } });
    patient.says(`${day(1)}T18:00`, { session });
    expect(next(patient, `${day(2)}T20:00`, 0)).toBe('1 of 6, false');
  });

  const lifts = (patient: Patient, n: number, reps: number, exercise = 'squat') =>
    patient.says(`${day(n)}T18:00`, {
      session: { kind: 'strength', exercise, sets: [{ reps, loadKg: 10 }] },
    });

  test('given the best session lies four strength weeks back, then it still counts; five back, it does not', () => {
    const patient = at2();
    lifts(patient, 1, 8);
    lifts(patient, 8, 12);
    for (const n of [15, 22]) lifts(patient, n, 8);
    expect(next(patient, `${day(24)}T00:00`, 1)).toBe('1.5 of 1.15, true');
    lifts(patient, 29, 8);
    expect(next(patient, `${day(31)}T00:00`, 1)).toBe('1.5 of 1.15, true');
    lifts(patient, 36, 8);
    expect(next(patient, `${day(38)}T00:00`, 1)).toBe('1 of 1.15, false');
  });

  test('given two sessions in one of the four weeks, then the weeks count, not the sessions', () => {
    const patient = at2();
    lifts(patient, 1, 8);
    lifts(patient, 8, 12);
    for (const n of [15, 18, 22, 25, 29]) lifts(patient, n, 8);
    expect(next(patient, `${day(31)}T00:00`, 1)).toBe('1.5 of 1.15, true');
  });

  test('given sessions of another exercise between, then they are no weeks of this one', () => {
    const patient = at2();
    lifts(patient, 1, 8);
    lifts(patient, 8, 12);
    for (const n of [15, 22]) lifts(patient, n, 8);
    for (const n of [29, 36]) lifts(patient, n, 8, 'lunge');
    expect(next(patient, `${day(38)}T00:00`, 1)).toBe('1.5 of 1.15, true');
  });

  test('given a lighter week, then its session is left out, however well it went', () => {
    const patient = at2();
    patient.override(`${day(0)}T10:00`, { kind: 'rule', value: { deloadWeeks: 1 } });
    lives(patient, 0);
    expect(closes(patient, 0)).toBe('squat 2x8@10 deload O6');
    lifts(patient, 11, 30);
    expect(next(patient, `${day(12)}T00:00`, 1)).toBe('1 of 1.15, false');
  });

  test('given a growth of 14.9 and of 15 %, then the second is enough', () => {
    const grown = (reps: number) => {
      const patient = at2();
      lifts(patient, 1, 100);
      lifts(patient, 8, reps);
      return next(patient, `${day(9)}T00:00`, 1).split(', ')[1];
    };
    expect([grown(114), grown(115)]).toEqual(['false', 'true']);
  });

  test('given the only reading of the last 28 days is not valid, then none was measured', () => {
    const patient = at2();
    measures(patient, 'high', 30, 95);
    expect(next(patient, `${day(32)}T23:00`, 5)).toBe('false of true, false');
    measures(patient, 'good', 31, 21);
    expect(next(patient, `${day(32)}T23:00`, 5)).toBe('true of true, true');
  });

  test('given one series is worse and another is not, then rotation is not kept', () => {
    const patient = at2();
    measures(patient, 'other0', 1, 30, { position: 'prone' });
    // Somebody is heard of every week: after a gap the series would begin anew.
    for (const n of [7, 14, 21, 28]) patient.says(`${day(n)}T09:00`);
    measures(patient, 'same', 30, 21);
    expect(next(patient, `${day(32)}T23:00`, 6)).toBe('true of true, true');
    measures(patient, 'other1', 31, 21, { position: 'prone' });
    expect(next(patient, `${day(32)}T23:00`, 6)).toBe('false of true, false');
  });

  test('given a gap of 14 days, then series begin anew, and what was better before is not held against them (S8)', () => {
    const patient = at2();
    patient.says(`${day(1)}T09:00`);
    patient.clock(`${day(31)}T00:00`);
    measures(patient, 'after', 32, 10);
    expect(patient.state.closed.filter(({ seriesReset }) => seriesReset)).toHaveLength(1);
    patient.says(`${day(34)}T09:00`);
    expect(next(patient, `${day(34)}T23:00`, 6)).toBe('true of true, true');
  });
});

describe('what passive stretching has to show (P3b)', () => {
  const next = (patient: Patient, at: string, place: number) => patient.program(at).phase.next[place]!.have;

  test('given weeks before 3a, or one that had begun already, then they do not count', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1]) {
      lives(patient, week);
      closes(patient, week);
    }
    patient.override(`${day(18)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    for (const week of [2, 3]) {
      lives(patient, week);
      closes(patient, week);
    }
    expect(next(patient, `${day(31)}T00:00`, 0)).toBe(1);
  });

  test('given a sore stretch before 3a, then it is not held against it', () => {
    const patient = Patient.enrolled();
    stretches(patient, `${day(1)}T09:00`, 6);
    patient.override(`${day(2)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    expect(next(patient, `${day(3)}T09:00`, 2)).toBe(true);
    stretches(patient, `${day(2)}T10:00`, 4);
    expect(next(patient, `${day(3)}T09:00`, 2)).toBe(false);
  });

  test('given two on one day, the first above 3, then a calm one later does not make up for it', () => {
    const patient = at3a();
    stretches(patient, `${day(2)}T19:00`, 4);
    stretches(patient, `${day(2)}T20:00`, 3);
    expect(next(patient, `${day(3)}T09:00`, 1)).toBe(0);
  });

  test('given a sore morning after a session at the first instant of the last two weeks, then it counts; a moment before, it does not', () => {
    const sore = (at: string) => {
      const patient = at3a();
      patient.says(at, { session: { kind: 'strength', exercise: 'squat', sets: [] } });
      patient.says(`${day(7)}T20:00`, { pain: { nextMorning: 6 } });
      return next(patient, `${day(20)}T23:00`, 3);
    };
    expect(sore(`${day(7)}T00:00`)).toBe(true);
    expect(sore(`${day(6)}T23:59`)).toBe(true);
  });
});
