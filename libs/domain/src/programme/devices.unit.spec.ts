import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { defaultRuleset } from '../ruleset.js';
import { nextDue } from './closing.js';

const at = (time: string) => `2026-01-${time}:00Z`;

/** Enrolled on 5 January 2026 at 08:00, seen on the evening of the next day. */
function watched() {
  const patient = Patient.enrolled();
  patient.says('2026-01-06T20:00');
  const assign = (deviceId: string, time: string) =>
    patient.do({
      kind: 'assign-device',
      deviceId,
      side: 'left',
      at: at(time),
      receivedAt: at(time),
    });
  const withdraw = (deviceId: string, time: string) =>
    patient.do({ kind: 'withdraw-device', deviceId, receivedAt: at(time) });
  /** A session that ended when `heardAt` was the last that had come of it; told at `receivedAt`. */
  const records = (session: string, heardAt: string | undefined, receivedAt = heardAt!) =>
    patient.do({
      kind: 'record-recording',
      sessionId: session,
      at: at('06T10:00'),
      purpose: 'practice',
      ...(heardAt === undefined ? {} : { heardAt: at(heardAt) }),
      receivedAt: at(receivedAt),
    });
  const due = () => new Date(nextDue(patient.state, defaultRuleset)!).toISOString();
  const silent = () => patient.eventsOf('device-silent').map(({ data }) => data.deviceId);
  return { patient, assign, withdraw, records, due, silent };
}

describe('what is told of a device', () => {
  test('given one that is registered, falls silent, is heard again and is taken away, then each is told with its instants and in one sentence', () => {
    const { patient, assign, withdraw, records } = watched();
    assign('d1', '05T09:00');
    patient.clock('2026-01-12T10:00');
    records('d1/s1', '12T11:00', '12T11:30');
    withdraw('d1', '13T08:00');
    const told = patient.events.filter(({ type }) => type.startsWith('device-'));
    expect(told.map((event) => [event.type, event.at, event.recordedAt, event.reason])).toEqual([
      ['device-assigned', at('05T09:00'), at('05T09:00'), 'A device was registered.'],
      [
        'device-silent',
        '2026-01-12T09:00:00.000Z',
        '2026-01-12T10:00:00.000Z',
        'A device has sent nothing for 7 days: it may be empty, or lie in a drawer.',
      ],
      ['device-heard', at('12T11:30'), at('12T11:30'), 'A device was heard of.'],
      ['device-withdrawn', at('13T08:00'), at('13T08:00'), 'A device was taken away.'],
    ]);
    expect(patient.eventsOf('device-heard')[0]!.data).toEqual({
      deviceId: 'd1',
      side: 'left',
      heardAt: '2026-01-12T11:00:00.000Z',
      othersSilent: 0,
    });
  });

  test('given two devices, when one is taken away, then the other is still waited for', () => {
    const { patient, assign, withdraw, silent } = watched();
    assign('d1', '05T09:00');
    assign('d2', '05T10:00');
    withdraw('d1', '06T09:00');
    patient.clock('2026-01-12T10:00');
    expect(silent()).toEqual(['d2']);
  });
});

describe('how long a device has been silent (D10)', () => {
  test('given a session that becomes known later than one that was heard after it, then the silence counts from the latest batch', () => {
    const { patient, assign, records, silent } = watched();
    assign('d1', '05T09:00');
    records('d1/s2', '08T10:00');
    records('d1/s1', '06T10:00', '08T11:00');
    patient.clock('2026-01-15T09:59');
    expect(silent()).toEqual([]);
    patient.clock('2026-01-15T10:00');
    expect(silent()).toEqual(['d1']);
  });

  test('given an end of a session that does not say when its last batch came, then it was heard when that was received', () => {
    const { patient, assign, records, silent } = watched();
    assign('d1', '05T09:00');
    records('d1/s1', undefined, '08T10:00');
    patient.clock('2026-01-15T09:59');
    expect(silent()).toEqual([]);
    patient.clock('2026-01-15T10:00');
    expect(silent()).toEqual(['d1']);
  });

  test.each([
    ['a minute less than seven days', '13T12:00', '20T11:59', 1],
    ['seven days', '13T12:00', '20T12:00', 0],
  ])(
    'given a silence, when a batch of %s ago becomes known, then it is over: %s, %s',
    (_, heard, now, over) => {
      const { patient, assign, records } = watched();
      assign('d1', '05T09:00');
      patient.clock('2026-01-12T09:00');
      records('d1/s1', heard, now);
      expect(patient.eventsOf('device-heard')).toHaveLength(over);
    },
  );

  test.each([
    ['a day', '09T10:00', 1],
    ['a minute less than a day', '09T09:59', 0],
  ])(
    'given more of a session that has ended, %s after what was heard, then it is kept: %s',
    (_, heard, kept) => {
      const { patient, assign, records } = watched();
      assign('d1', '05T09:00');
      records('d1/s1', '08T10:00');
      records('d1/s1', heard);
      expect(patient.eventsOf('device-heard')).toHaveLength(kept);
    },
  );
});

describe('when the clock is to look at devices', () => {
  test('given none, then at the gap of check-ins, a week after the last', () => {
    expect(watched().due()).toBe('2026-01-13T20:00:00.000Z');
  });

  test.each([
    ['the first', '05T09:00', '05T10:00'],
    ['the last', '05T10:00', '05T09:00'],
  ])(
    'given two, of which %s was registered earlier, then when that one will have been silent for seven days',
    (_, one, other) => {
      const { assign, due } = watched();
      assign('d1', one);
      assign('d2', other);
      expect(due()).toBe('2026-01-12T09:00:00.000Z');
    },
  );

  test('given a silence that has been told, then it is waited for no longer: the other device is next', () => {
    const { patient, assign, due } = watched();
    assign('d1', '05T09:00');
    assign('d2', '05T10:00');
    patient.clock('2026-01-12T09:00');
    expect(due()).toBe('2026-01-12T10:00:00.000Z');
    patient.clock('2026-01-12T10:00');
    expect(due()).toBe('2026-01-13T20:00:00.000Z');
  });
});
