import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';

const weekOf = (patient: ReturnType<typeof observed>['patient'], days: readonly string[], now: number) => {
  for (const day of days) patient.says(`${day}T09:00`, { now });
};

describe('pain-rising is judged at the closing (S5, D10)', () => {
  const rising = () => {
    const person = observed();
    weekOf(person.patient, ['2026-01-06', '2026-01-07', '2026-01-08'], 1);
    weekOf(person.patient, ['2026-01-13', '2026-01-14', '2026-01-15'], 3);
    return person;
  };

  test('regression: the clock that closes a little after the 72 h tells of a steep rise all the same', () => {
    const { patient, catchUp, alarms, notices } = rising();
    patient.clock('2026-01-22T00:05');
    catchUp();
    expect(alarms()).toMatchObject([
      { rule: 'pain-rising', severity: 'MEDIUM', side: 'left', notified: true },
      // Nothing was measured for two weeks either: told by the same notice.
      { rule: 'rotation-missing', severity: 'LOW', notified: true },
    ]);
    expect(notices()).toBe(1);
  });

  test('a closing more than 72 h after it was due is listed, not told: a bulk import of the past wakes nobody', () => {
    const { patient, catchUp, alarms, notices } = rising();
    patient.clock('2026-01-25T00:01');
    catchUp();
    expect(alarms().find(({ rule }) => rule === 'pain-rising')?.notified).toBe(false);
    // Only that nothing was heard for a week.
    expect(notices()).toBe(1);
  });

  test('one of exactly 72 h after it was due is told', () => {
    const { patient, catchUp, alarms } = rising();
    patient.clock('2026-01-25T00:00');
    catchUp();
    expect(alarms().find(({ rule }) => rule === 'pain-rising')?.notified).toBe(true);
  });

  test('it clears at the next clear closing, and not at one that knows too little', () => {
    const { patient, catchUp, alarms } = rising();
    patient.clock('2026-01-29T00:00');
    catchUp();
    expect(alarms().find(({ rule }) => rule === 'pain-rising')?.state).toBe('active');
    for (const days of [
      ['2026-01-27', '2026-01-28', '2026-01-29'],
      ['2026-02-03', '2026-02-04', '2026-02-05'],
    ])
      weekOf(patient, days, 3);
    patient.clock('2026-02-12T00:00');
    catchUp();
    expect(alarms().find(({ rule }) => rule === 'pain-rising')?.state).toBe('cleared');
  });
});

describe('missing data (S8, D6, D10)', () => {
  test('regression: its key bears the enrolled side', () => {
    const { patient, catchUp, alarms } = observed({ side: 'right' });
    patient.clock('2026-01-12T08:00');
    catchUp();
    expect(alarms()).toMatchObject([{ rule: 'missing-data', side: 'right', severity: 'LOW' }]);
  });

  test('an event from before it named the side is of both', () => {
    const { patient, act, alarms } = observed({ side: 'right' });
    patient.clock('2026-01-12T08:00');
    const [event] = patient.eventsOf('data-missing');
    const { side: _unsaid, ...data } = event!.data;
    act({ kind: 'observe', sequence: 1, event: { ...event!, data }, alarmId: 'a', noticeId: 'n' });
    expect(alarms()).toMatchObject([{ rule: 'missing-data', side: 'both' }]);
  });

  test('a clock that comes late still tells: it is from no check-in', () => {
    const { patient, catchUp, notices } = observed();
    patient.clock('2026-02-20T00:00');
    catchUp();
    expect(notices()).toBe(1);
  });

  test('it clears at a check-in that leaves the gap under seven days, not at one from before', () => {
    const { patient, catchUp, alarms } = observed();
    patient.clock('2026-01-14T08:00');
    patient.says('2026-01-07T08:00', {}, '2026-01-14T08:00');
    catchUp();
    expect(alarms()[0]!.state).toBe('active');
    patient.says('2026-01-07T08:01', {}, '2026-01-14T08:00');
    catchUp();
    expect(alarms()[0]!.state).toBe('cleared');
  });
});

describe('one notice for what comes together (section 4, D10)', () => {
  test('regression: an alarm that joined the notice of another is told of; its repeat only counts', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-06T09:00', { now: 6, flags: ['night-pain'] });
    patient.says('2026-01-07T12:00', { now: 2, flags: ['night-pain'] });
    patient.says('2026-01-07T13:00', { now: 6 });
    catchUp();
    expect(alarms().map(({ rule, count }) => `${rule} ${count}`)).toEqual(['amber-flag 2', 'pain-spike 2']);
    expect(notices()).toBe(1);
  });

  test('exactly five minutes later still joins, a moment more does not', () => {
    const together = observed();
    together.patient.says('2026-01-06T09:00', { now: 6 });
    together.patient.says('2026-01-06T09:05', { now: 2, flags: ['night-pain'] });
    together.catchUp();
    expect(together.notices()).toBe(1);
    const apart = observed();
    apart.patient.says('2026-01-06T09:00', { now: 6 });
    apart.patient.says('2026-01-06T09:06', { now: 2, flags: ['night-pain'] });
    apart.catchUp();
    expect(apart.notices()).toBe(2);
  });

  test('a new alarm of the same key and severity within 24 h of the last notice is listed, not told', () => {
    const { patient, catchUp, alarms, notices, act } = observed();
    patient.says('2026-01-06T09:00', { now: 6 });
    catchUp();
    act({ kind: 'clear', alarmId: alarms()[0]!.id, by: 'dr-lee', at: '2026-01-06T10:00:00Z' });
    patient.says('2026-01-07T09:00', { now: 6 });
    catchUp();
    expect(alarms().map(({ state }) => state)).toEqual(['cleared', 'active']);
    expect(notices()).toBe(1);
    // HIGH knows no cool-down when it is a new alarm.
    act({ kind: 'clear', alarmId: alarms()[1]!.id, by: 'dr-lee', at: '2026-01-07T10:00:00Z' });
    patient.says('2026-01-07T11:00', { now: 8 });
    catchUp();
    act({ kind: 'clear', alarmId: alarms()[2]!.id, by: 'dr-lee', at: '2026-01-07T12:00:00Z' });
    patient.says('2026-01-07T13:00', { now: 8 });
    catchUp();
    expect(notices()).toBe(3);
  });

  test('every red flag is told, also within an active alarm', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-06T09:00', { flags: ['cold-limb'] });
    patient.says('2026-01-06T09:01', { flags: ['cold-limb'] });
    catchUp();
    expect(alarms()).toMatchObject([{ rule: 'red-flag', count: 2, severity: 'HIGH' }]);
    expect(notices()).toBe(2);
  });
});

describe('a red flag inhibits pain-spike for 24 h (D10)', () => {
  test('regression: a spike that rose to HIGH while inhibited is told at its first occurrence after that', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-05T09:00', { now: 6 });
    patient.says('2026-01-06T09:00', { now: 2, flags: ['cold-limb'] });
    patient.says('2026-01-06T12:00', { now: 9 });
    catchUp();
    expect(alarms()[0]).toMatchObject({ rule: 'pain-spike', severity: 'HIGH', count: 2 });
    expect(notices()).toBe(2);
    patient.says('2026-01-07T10:00', { now: 9 });
    catchUp();
    expect(notices()).toBe(3);
  });

  test('the spike of the very check-in that brings the flag is inhibited too', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-06T09:00', { now: 9, flags: ['cold-limb'] });
    catchUp();
    expect(alarms()).toHaveLength(2);
    expect(notices()).toBe(1);
  });
});

describe('S7 true again after a day (S6+S7, D6)', () => {
  const again = (at: string, now: number) => {
    const person = observed();
    for (const hour of ['09', '10', '11']) person.patient.says(`2026-01-06T${hour}:00`, { now: 1 });
    person.patient.says('2026-01-07T09:00', { now: 4 });
    person.patient.says(at, { now });
    person.catchUp();
    return { severity: person.alarms()[0]!.severity, notices: person.notices() };
  };

  test.each([
    ['2026-01-08T08:59', 6, 'MEDIUM', 1],
    ['2026-01-08T09:00', 6, 'HIGH', 2],
    ['2026-01-09T09:00', 6, 'HIGH', 2],
    ['2026-01-09T09:01', 6, 'MEDIUM', 1],
    ['2026-01-08T09:00', 5, 'MEDIUM', 2],
  ])('at %s with pain %i: %s, %i notices', (at, now, severity, notices) => {
    expect(again(at, now)).toEqual({ severity, notices });
  });

  test('the reminder goes out once', () => {
    const { patient, catchUp, notices } = observed();
    for (const hour of ['09', '10', '11']) patient.says(`2026-01-06T${hour}:00`, { now: 1 });
    for (const at of ['2026-01-07T09:00', '2026-01-08T09:00', '2026-01-08T12:00'])
      patient.says(at, { now: 4 });
    catchUp();
    expect(notices()).toBe(2);
  });
});
