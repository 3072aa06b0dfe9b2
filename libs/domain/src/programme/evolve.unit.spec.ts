import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import type { ProgrammeEvent } from '../model/event.js';
import { defaultRuleset } from '../ruleset.js';
import { entryCriteria } from './begin.js';
import { decide } from './decide.js';
import { evolve, historyOf, initialState } from './state.js';

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

  test('given two commands decided from one state, when the events of the second are folded, then they are not taken for the first', () => {
    const { state } = Patient.enrolled();
    const said = (id: string, now: number) =>
      decide(
        {
          kind: 'record-check-in',
          checkIn: { id, at: `${day(1)}T20:00:00Z`, pain: { now } },
          receivedAt: `${day(1)}T20:00:00Z`,
        },
        state,
        defaultRuleset,
      );
    const first = said('one', 0);
    const second = said('two', 0);
    for (const [id, events] of [
      ['two', second],
      ['one', first],
    ] as const)
      expect([...events.reduce(evolve, state).checkIns].map((each) => each.id)).toEqual([id]);
  });

  test('given questionnaires in another order than they were filled in, then they lie in order of time', () => {
    const patient = Patient.enrolled();
    for (const [id, n] of [
      ['later', 9],
      ['earlier', 2],
    ] as const)
      patient.do({
        kind: 'record-questionnaire',
        questionnaire: {
          id,
          at: `${day(n)}T09:00:00Z`,
          measure: 'tsk-11',
          version: '1',
          answers: Array.from({ length: 11 }, () => 2),
        },
        receivedAt: `${day(10)}T09:00:00Z`,
      });
    expect(patient.state.questionnaires.map(({ id }) => id)).toEqual(['earlier', 'later']);
  });

  test('given anything was received between a flag and the resume, then the resume still ends it (D7)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`, { flags: ['cold-limb'] });
    const { series } = patient.state.readings[0]!;
    const at = `${day(1)}T10:00:00Z`;
    const reading = { at, series, valuesDeg: [20, 21, 22], uncertaintyDeg: null, faults: [] };
    for (const id of ['m1', 'm2', 'm3'])
      patient.do({ kind: 'record-rotation', rotation: { ...reading, id }, receivedAt: at });
    patient.do({ kind: 'record-recording', sessionId: 's1', at, purpose: 'practice', receivedAt: at });
    patient.do({
      kind: 'record-questionnaire',
      questionnaire: {
        id: 'q1',
        at,
        measure: 'tsk-11',
        version: '1',
        answers: Array.from({ length: 11 }, () => 2),
      },
      receivedAt: at,
    });
    patient.override(`${day(2)}T09:00`, { kind: 'resume' });
    expect(patient.program(`${day(2)}T09:00`).holds).toEqual([]);
    // One count a thing received: whatever lowered it would put the resume before the flag.
    expect(patient.state.received).toBe(8);
  });

  test('given a late check-in, then the watermark stays where the latest has put it (D3)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(5)}T09:00`);
    patient.says(`${day(3)}T09:00`, {}, `${day(5)}T10:00`);
    expect(new Date(patient.state.watermark).toISOString()).toBe(`${day(5)}T09:00:00.000Z`);
  });

  test('given nobody is enrolled, then a command is refused, and there is no history', () => {
    expect(() =>
      decide({ kind: 'advance-clock', now: `${day(1)}T09:00:00Z` }, initialState(), defaultRuleset),
    ).toThrow(
      expect.objectContaining({
        code: 'not-enrolled',
        path: '/patientId',
        message: 'nobody is enrolled under this id',
      }),
    );
    expect(() => historyOf(initialState())).toThrow('nobody is enrolled');
    expect(entryCriteria(initialState(), defaultRuleset.parameters)).toEqual([]);
  });

  test('given nothing has happened, then the state is empty', () => {
    const { checkIns, ...rest } = initialState();
    expect(checkIns).toHaveLength(0);
    for (const value of Object.values(rest)) if (Array.isArray(value)) expect(value).toEqual([]);
  });
});
