import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';
import { defaultRuleset } from '../ruleset.js';
import { evolveAlarms, initialAlarms } from './evolve.js';
import { isInhibited } from './notice.js';

type Person = ReturnType<typeof observed>;

const states = ({ alarms }: Person) => alarms().map(({ rule, state }) => `${rule} ${state}`);
const told = ({ events }: Person) =>
  events.flatMap((event) =>
    event.type === 'notice-requested' ? [`${event.data.kind} ${event.data.severity}`] : [],
  );
const afraid = ({ patient }: Person, at: string, answer: number) =>
  patient.do({
    kind: 'record-questionnaire',
    questionnaire: { id: at, at, measure: 'tsk-11', version: '1', answers: Array<number>(11).fill(answer) },
    receivedAt: at,
  });

/** Three calm hours, then a spike by S7 alone. */
function spiked(): Person {
  const person = observed();
  for (const hour of ['09', '10', '11']) person.patient.says(`2026-01-06T${hour}:00`, { now: 1 });
  person.patient.says('2026-01-07T09:00', { now: 4 });
  return person;
}

describe('when a MEDIUM spike clears (D10)', () => {
  test('given three calm check-ins within two days, then not yet', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 6 });
    for (const hour of ['10', '11', '12', '13']) person.patient.says(`2026-01-07T${hour}:00`, { now: 2 });
    person.catchUp();
    expect(states(person)).toEqual(['pain-spike active']);
  });

  test('given an amber flag beside it, then it clears alone; a clear week clears that flag neither', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 6, flags: ['night-pain'] });
    for (const day of ['07', '08', '09']) person.patient.says(`2026-01-${day}T10:00`, { now: 2 });
    person.patient.says('2026-01-10T10:00', { now: 0 });
    person.patient.clock('2026-01-16T00:00');
    person.catchUp();
    expect(person.patient.eventsOf('week-closed')[0]?.data.s5).toBe('clear');
    expect(states(person)).toEqual(['amber-flag active', 'pain-spike cleared']);
    const cleared = person.events.find(({ type }) => type === 'alarm-cleared');
    expect(cleared?.data).toMatchObject({ by: 'rule' });
  });

  test('given another alarm is raised between the calm check-ins, then they are counted on', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 6 });
    for (const day of ['07', '08']) person.patient.says(`2026-01-${day}T10:00`, { now: 2 });
    afraid(person, '2026-01-08T11:00:00Z', 1);
    afraid(person, '2026-01-08T12:00:00Z', 4);
    person.patient.says('2026-01-08T13:00', { now: 2 });
    person.catchUp();
    expect(states(person)).toEqual(['pain-spike cleared', 'fear active']);
    expect(person.alarms()[1]).toMatchObject({ severity: 'LOW', inputs: { value: 44, before: 11 } });
  });

  test('given no spike is active, then a calm check-in leaves nothing behind', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 2 });
    person.catchUp();
    person.patient.says('2026-01-06T10:00', { now: 2, flags: ['night-pain'] });
    person.patient.says('2026-01-06T11:00', { now: 2 });
    person.catchUp();
    const seen = person.events.flatMap((event) => (event.type === 'observed' ? [event.data.kind] : []));
    // The reading of the enrolment.
    expect(seen).toEqual(['reading']);
  });
});

describe('the reminder of a spike that is still there after a day (S6+S7, D6)', () => {
  test('given it is reminded, then as an alarm raised, and marked as a reminder', () => {
    const person = spiked();
    person.patient.says('2026-01-08T09:00', { now: 4 });
    person.catchUp();
    expect(told(person)).toEqual(['alarm.raised MEDIUM', 'alarm.raised MEDIUM']);
    expect(person.events.at(-1)?.data).toMatchObject({ reminder: true });
    expect(person.alarms()[0]).toMatchObject({ reminded: true, severity: 'MEDIUM' });
  });

  test('given it is HIGH already, then nobody is reminded', () => {
    const person = spiked();
    person.patient.says('2026-01-07T10:00', { now: 8 });
    person.patient.says('2026-01-08T09:30', { now: 4 });
    person.catchUp();
    expect(told(person)).toEqual(['alarm.raised MEDIUM', 'alarm.severity-raised HIGH']);
  });

  test('given a red flag inhibits it, then nobody is reminded', () => {
    const person = spiked();
    person.patient.says('2026-01-08T08:00', { now: 1, flags: ['cold-limb'] });
    person.patient.says('2026-01-08T09:00', { now: 4 });
    person.catchUp();
    expect(told(person)).toEqual(['alarm.raised MEDIUM', 'alarm.raised HIGH']);
  });

  test('given it was inhibited until now, then it is told as new and not reminded at once', () => {
    const person = observed();
    for (const hour of ['06', '07', '08']) person.patient.says(`2026-01-06T${hour}:00`, { now: 1 });
    person.patient.says('2026-01-06T09:00', { now: 1, flags: ['cold-limb'] });
    person.patient.says('2026-01-06T10:00', { now: 4 });
    person.patient.says('2026-01-07T10:30', { now: 4 });
    person.catchUp();
    expect(person.alarms().map(({ rule, count }) => `${rule} ${count}`)).toEqual([
      'red-flag 1',
      'pain-spike 2',
    ]);
    expect(told(person)).toEqual(['alarm.raised HIGH', 'alarm.raised MEDIUM']);
  });

  test.each([
    ['2026-01-11T09:00', 2],
    ['2026-01-11T09:01', 1],
  ])(
    'given the report of the day after arrives at %s, then %i notices in all: at 72 h it is still told',
    (receivedAt, notices) => {
      const person = spiked();
      person.patient.says('2026-01-08T09:00', { now: 4 }, receivedAt);
      person.catchUp();
      expect(person.notices()).toBe(notices);
    },
  );
});

describe('who is told of what (section 4, D10)', () => {
  test.each([
    ['2026-01-09T09:00', 1],
    ['2026-01-09T09:01', 0],
  ])(
    'given a MEDIUM spike arrives at %s, then %i notices: exactly 72 h are not too late',
    (receivedAt, notices) => {
      const person = observed();
      person.patient.says('2026-01-06T09:00', { now: 6 }, receivedAt);
      person.catchUp();
      expect(person.notices()).toBe(notices);
    },
  );

  test.each([
    ['2026-01-07T09:00', 1],
    ['2026-01-07T09:01', 2],
  ])(
    'given a new alarm of the same key and severity at %s, then %i notices in all: the cool-down ends after 24 h',
    (at, notices) => {
      const person = observed();
      person.patient.says('2026-01-06T09:00', { now: 6 });
      person.catchUp();
      person.act({
        kind: 'clear',
        alarmId: person.alarms()[0]!.id,
        by: 'dr-lee',
        at: '2026-01-06T10:00:00Z',
      });
      person.patient.says(at, { now: 6 });
      person.catchUp();
      expect(person.notices()).toBe(notices);
    },
  );

  test('given a MEDIUM one within five minutes of a HIGH one, then it has a notice of its own', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 8 });
    person.patient.says('2026-01-06T09:04', { now: 2, flags: ['night-pain'] });
    person.catchUp();
    expect(told(person)).toEqual(['alarm.raised HIGH', 'alarm.raised MEDIUM']);
  });

  test('given one that came too late to be told twice, then its next timely occurrence is told', () => {
    const person = observed();
    for (const day of ['06', '07'])
      person.patient.says(`2026-01-${day}T09:00`, { now: 6 }, '2026-01-12T09:00');
    person.patient.says('2026-01-12T10:00', { now: 6 });
    person.catchUp();
    expect(person.alarms()).toMatchObject([{ count: 3, notified: true }]);
    expect(told(person)).toEqual(['alarm.raised MEDIUM']);
  });

  test('given that next occurrence comes within five minutes of another notice, then it joins it, and is told no more', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 6 }, '2026-01-12T08:00');
    person.patient.says('2026-01-12T09:00', { now: 2, flags: ['night-pain'] });
    person.patient.says('2026-01-12T09:04', { now: 6 });
    for (const minute of ['30', '40']) person.patient.says(`2026-01-12T09:${minute}`, { now: 1 });
    person.patient.says('2026-01-12T10:00', { now: 6 });
    person.catchUp();
    expect(person.alarms()).toMatchObject([
      { rule: 'pain-spike', count: 3, notified: true },
      { rule: 'amber-flag', count: 1 },
    ]);
    expect(told(person)).toEqual(['alarm.raised MEDIUM']);
  });

  test('given an alarm that was told by another notice, when it is seen again, then it stays told', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 6 });
    person.patient.says('2026-01-06T09:04', { now: 2, flags: ['night-pain'] });
    person.patient.says('2026-01-07T09:10', { now: 2, flags: ['night-pain'] });
    person.patient.says('2026-01-07T09:20', { now: 2, flags: ['night-pain'] });
    person.catchUp();
    expect(person.alarms()[1]).toMatchObject({ rule: 'amber-flag', count: 3, notified: true });
    expect(told(person)).toEqual(['alarm.raised MEDIUM']);
  });
});

test('a red flag inhibits pain-spike, and nothing else, from its receipt on for a day (D10)', () => {
  const hour = 3_600_000;
  const state = { ...initialAlarms(), redFlagAt: 100 * hour };
  const inhibited = (rule: string, at: number) =>
    isInhibited(rule, at * hour, state, defaultRuleset.parameters);
  expect([99, 100, 123, 124].map((at) => inhibited('pain-spike', at))).toEqual([false, true, true, false]);
  expect(inhibited('amber-flag', 101)).toBe(false);
});

describe('what is remembered', () => {
  test('given events of the programme, then the last of them that changed something', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 8 });
    person.catchUp();
    const { handled } = person.state();
    expect(person.patient.events[handled]?.type).toMatch(/pain-threshold-crossed|check-in-received/);
    expect(
      evolveAlarms(person.state(), {
        type: 'observed',
        at: '',
        sequence: 0,
        data: { kind: 'red-flag', receivedAt: 0 },
      }).handled,
    ).toBe(handled);
  });

  test('given a rise from before its reason was kept, then the reason and the inputs stay', () => {
    const person = observed();
    person.patient.says('2026-01-06T09:00', { now: 6 });
    person.catchUp();
    const { id: alarmId, reason, inputs } = person.alarms()[0]!;
    const rise = { alarmId, severity: 'HIGH', occurredAt: 0 } as const;
    const after = (data: object) =>
      evolveAlarms(person.state(), {
        type: 'alarm-severity-raised',
        at: '',
        sequence: 9,
        data: { ...rise, ...data },
      }).alarms[alarmId];
    expect(after({})).toMatchObject({ severity: 'HIGH', reason, inputs });
    expect(after({ reason: 'Graver.', inputs: { value: 9 } })).toMatchObject({
      reason: 'Graver.',
      inputs: { value: 9 },
    });
  });

  test('given many readings, then the last thirty however old, and all of the last four weeks, in order', () => {
    const hourMs = 3_600_000;
    const keep = (hours: readonly number[]) =>
      hours
        .reduce(
          (state, at, place) =>
            evolveAlarms(state, {
              type: 'observed',
              at: '',
              sequence: place,
              data: {
                kind: 'reading',
                series: 's',
                reading: { id: `r${at}`, at: at * hourMs, day: at, value: 30, low: false },
              },
            }),
          initialAlarms(),
        )
        .readings['s']!.map(({ day }) => day);
    const every = (count: number, step: number) => Array.from({ length: count }, (_, i) => i * step);
    expect(keep(every(30, 240))).toHaveLength(30);
    expect(keep(every(31, 240))).toEqual(every(31, 240).slice(1));
    // Every 16 h: the forty-third is four weeks after the first, which is forgotten.
    expect(keep(every(42, 16))).toHaveLength(42);
    expect(keep(every(43, 16))).toEqual(every(43, 16).slice(1));
    expect(keep([3, 1, 2])).toEqual([1, 2, 3]);
    expect(keep([3, 1, 1])).toEqual([1, 3]);
  });
});
