import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import type { ProgrammeEvent } from '../model/event.js';
import { evolve, initialState } from './state.js';

const day = (n: number) => dayAfter('2026-01-05', n);

describe('folding what was decided', () => {
  test('given steps that deciding has taken ahead, when others fold copies of the events, then the state is the same', () => {
    const patient = Patient.enrolled();
    for (let week = 0; week < 6; week++) {
      patient.says(`${day(week * 7)}T20:00`);
      patient.trains(`${day(week * 7 + 1)}T18:00`);
      patient.says(`${day(week * 7 + 4)}T20:00`, { now: week === 3 ? 7 : 2 });
    }
    // Out of order too: a late one goes to its place.
    patient.says(`${day(3)}T20:00`, { now: 1 }, `${day(40)}T20:00`);
    const copies = JSON.parse(JSON.stringify(patient.events)) as ProgrammeEvent[];
    expect(copies.reduce(evolve, initialState())).toEqual(patient.state);
    expect([...patient.state.checkIns].map(({ at }) => at)).toEqual(
      [...patient.state.checkIns].map(({ at }) => at).sort((a, b) => a - b),
    );
  });

  test('given the same event on another state, then what was remembered is not given', () => {
    const one = Patient.enrolled();
    const [said] = one.says(`${day(1)}T20:00`);
    const other = Patient.enrolled();
    const before = other.state;
    const after = evolve(before, said!);
    expect(after.checkIns).toHaveLength(1);
    expect(after).not.toBe(one.state);
    expect([...before.checkIns]).toEqual([]);
  });
});
