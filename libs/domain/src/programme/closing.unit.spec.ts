import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';
import { defaultRuleset } from '../ruleset.js';
import { nextDue } from './closing.js';
import { initialState } from './state.js';

const closed = (patient: Patient) => patient.eventsOf('week-closed').map(({ data }) => data.week);

describe('when a week is closed (D3)', () => {
  test('by a check-in of exactly 72 hours after its end, not by one a second earlier', () => {
    const early = Patient.enrolled();
    early.says(`${day(9)}T23:59:59Z`);
    expect(closed(early)).toEqual([]);
    early.says(`${day(10)}T00:00`);
    expect(closed(early)).toEqual(['2026-W02']);
  });

  test('by the clock only when it ends after the enrolment was received: one that ends at that very instant waits', () => {
    const received = (receivedAt: string) => {
      const patient = Patient.enrolled({ receivedAt });
      patient.clock(`${day(10)}T00:00`);
      return closed(patient);
    };
    expect(received(`${day(7)}T00:00:00Z`)).toEqual([]);
    expect(received(`${day(6)}T23:59:59Z`)).toEqual(['2026-W02']);
  });

  test('of nobody, nothing is ever due', () => {
    expect(nextDue(initialState(), defaultRuleset)).toBeNull();
  });
});

describe('what a closing tells', () => {
  test('a step says from where it leads, also when a clinician moves the phase at the same instant', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1]) {
      lives(patient, week);
      closes(patient, week);
    }
    const steps = () =>
      patient.eventsOf('phase-changed').map(({ data: { from, to, rule } }) => [from, to, rule]);
    expect(steps()).toEqual([
      ['0', '1', 'P01'],
      ['1', '2', 'P12'],
    ]);
    const moved = Patient.enrolled();
    lives(moved, 0);
    closes(moved, 0);
    lives(moved, 1);
    moved.override(`${day(14)}T00:00`, { kind: 'phase', value: { phase: '3a' } });
    closes(moved, 1);
    expect(moved.eventsOf('phase-changed').at(-1)!.data).toMatchObject({ from: '1', to: '2' });
  });

  test('a mean that rose the week before and no further is no alarm; two rises running are one', () => {
    const rises = (...means: number[]) => {
      const patient = Patient.enrolled({ baseline: { pain: 1 } });
      for (const [week, now] of means.entries()) {
        for (const n of [0, 2, 4]) patient.says(`${day(week * 7 + n)}T20:00`, { now });
        closes(patient, week);
      }
      return patient
        .eventsOf('pain-threshold-crossed')
        .filter(({ data }) => data.rule === 'pain-rising')
        .map(({ at, data }) => [at, data.value, data.median]);
    };
    expect(rises(1, 2, 2)).toEqual([]);
    expect(rises(1, 2, 3)).toEqual([[`${day(21)}T00:00:00.000Z`, 3, 2]]);
    expect(rises(1, 3)).toEqual([[`${day(14)}T00:00:00.000Z`, 3, 1]]);
  });
});
