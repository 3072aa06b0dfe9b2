import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';

const raised = () => {
  const person = observed();
  person.patient.says('2026-01-06T09:00', { now: 8 });
  person.catchUp();
  const alarmId = person.alarms()[0]!.id;
  return { ...person, alarmId };
};
const at = '2026-01-06T10:00:00Z';

describe('what a person does to an alarm (section 4)', () => {
  test('given it is acknowledged, then it is, by whom and when; again changes nothing', () => {
    const { act, alarms, events, state, alarmId } = raised();
    expect(alarms()[0]).toMatchObject({ acknowledged: false, assignee: null });
    const handled = state().handled;
    act({ kind: 'acknowledge', alarmId, by: 'dr-lee', at });
    expect(events.at(-1)).toEqual({
      type: 'alarm-acknowledged',
      at,
      sequence: null,
      data: { alarmId, by: 'dr-lee' },
    });
    expect(alarms()[0]).toMatchObject({
      state: 'active',
      acknowledged: true,
      history: [
        { at: '2026-01-06T09:00:00Z', transition: 'raised', by: 'rule' },
        { at, transition: 'acknowledged', by: 'dr-lee' },
      ],
    });
    // A person's action is no event of the programme: what has been handled stays handled.
    expect(state().handled).toBe(handled);
    const before = events.length;
    act({ kind: 'acknowledge', alarmId, by: 'somebody-else', at });
    expect(events).toHaveLength(before);
  });

  test('given it is assigned, then to that one; to the same again changes nothing, to another does', () => {
    const { act, alarms, events, alarmId } = raised();
    act({ kind: 'assign', alarmId, by: 'dr-lee', assignee: 'nurse-kim', at });
    expect(events.at(-1)).toEqual({
      type: 'alarm-assigned',
      at,
      sequence: null,
      data: { alarmId, by: 'dr-lee', assignee: 'nurse-kim' },
    });
    const before = events.length;
    act({ kind: 'assign', alarmId, by: 'dr-lee', assignee: 'nurse-kim', at });
    expect(events).toHaveLength(before);
    act({ kind: 'assign', alarmId, by: 'nurse-kim', assignee: 'dr-lee', at });
    expect(alarms()[0]).toMatchObject({
      assignee: 'dr-lee',
      history: [{}, { transition: 'assigned', by: 'dr-lee' }, { transition: 'assigned', by: 'nurse-kim' }],
    });
  });

  test('given comments, then each is in its history, and nothing else changes', () => {
    const { act, alarms, events, alarmId } = raised();
    const [before] = alarms();
    act({ kind: 'comment', alarmId, by: 'dr-lee', at });
    act({ kind: 'comment', alarmId, by: 'dr-lee', at });
    expect(events.at(-1)).toEqual({
      type: 'alarm-commented',
      at,
      sequence: null,
      data: { alarmId, by: 'dr-lee' },
    });
    const said = { at, transition: 'commented', by: 'dr-lee' };
    expect(alarms()).toEqual([{ ...before, history: [...before!.history, said, said] }]);
  });

  test('given it is cleared twice, then once', () => {
    const { act, events, alarmId } = raised();
    act({ kind: 'clear', alarmId, by: 'dr-lee', at });
    const before = events.length;
    act({ kind: 'clear', alarmId, by: 'dr-lee', at });
    expect(events).toHaveLength(before);
  });

  test('given an alarm that is not there, then a conflict', () => {
    const { act } = raised();
    expect(() => act({ kind: 'clear', alarmId: 'none', by: 'dr-lee', at })).toThrow(
      expect.objectContaining({ code: 'conflict', path: '', message: 'there is no such alarm' }),
    );
  });
});

describe('what an alarm keeps of what happened', () => {
  test('given it is raised, then when, why and what it rests on', () => {
    const { alarms } = raised();
    expect(alarms()).toEqual([
      {
        id: expect.any(String),
        rule: 'pain-spike',
        side: 'left',
        severity: 'HIGH',
        state: 'active',
        acknowledged: false,
        count: 1,
        firstAt: Date.parse('2026-01-06T09:00:00Z'),
        lastAt: Date.parse('2026-01-06T09:00:00Z'),
        assignee: null,
        reason: expect.stringMatching(/.{10,}/),
        inputs: { checkInId: 'c0', value: 8, median: 3, by: ['S6'] },
        history: [{ at: '2026-01-06T09:00:00Z', transition: 'raised', by: 'rule' }],
        notified: true,
        reminded: false,
      },
    ]);
  });

  test('given an older report that comes later, then it counts, and first and last are in order of what happened', () => {
    const { patient, catchUp, alarms } = raised();
    patient.says('2026-01-06T08:00', { now: 8 }, '2026-01-06T11:00');
    patient.says('2026-01-06T08:30', { now: 8 }, '2026-01-06T12:00');
    catchUp();
    expect(alarms()[0]).toMatchObject({
      count: 3,
      firstAt: Date.parse('2026-01-06T08:00:00Z'),
      lastAt: Date.parse('2026-01-06T09:00:00Z'),
      history: [{}, { transition: 'repeated', by: 'rule' }, { transition: 'repeated', by: 'rule' }],
    });
  });

  test('given it becomes graver, then what made it so is what is seen', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 6 });
    person.patient.says('2026-01-06T12:00', { now: 9 });
    person.catchUp();
    expect(person.alarms()).toMatchObject([
      {
        severity: 'HIGH',
        inputs: { checkInId: 'c1', value: 9 },
        history: [{}, { transition: 'repeated' }, { transition: 'severity-raised', by: 'rule' }],
      },
    ]);
    const [notice] = person.events.filter(({ type }) => type === 'notice-requested').slice(-1);
    expect(notice!.data).toMatchObject({ kind: 'alarm.severity-raised', severity: 'HIGH', reminder: false });
  });

  test('given flags, then which ones and from which check-in', () => {
    for (const [flag, rule, severity] of [
      ['cold-limb', 'red-flag', 'HIGH'],
      ['night-pain', 'amber-flag', 'MEDIUM'],
    ] as const) {
      const person = observed();
      person.patient.says('2026-01-06T09:00', { flags: [flag] });
      person.catchUp();
      expect(person.alarms()).toMatchObject([{ rule, severity, inputs: { checkInId: 'c0', flags: [flag] } }]);
    }
  });

  test('given a red flag, then each notice of it is of an alarm raised, not of a rise', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { flags: ['cold-limb'] });
    person.patient.says('2026-01-06T09:01', { flags: ['cold-limb'] });
    person.catchUp();
    const told = person.events.flatMap((event) => (event.type === 'notice-requested' ? [event.data] : []));
    expect(told).toMatchObject([
      { kind: 'alarm.raised', severity: 'HIGH', reminder: false },
      { kind: 'alarm.raised', severity: 'HIGH', reminder: false },
    ]);
  });
});
