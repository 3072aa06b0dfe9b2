import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';

const at = (time: string) => `${time}:00Z`;

/** A patient of 5 January 2026, 08:00, with one device that was registered an hour later. */
function withDevice(side: 'left' | 'right' = 'left') {
  const all = observed();
  const { patient, catchUp } = all;
  const assign = (deviceId: string, time: string, of = side) =>
    patient.do({ kind: 'assign-device', deviceId, side: of, at: at(time), receivedAt: at(time) });
  assign('d1', '2026-01-05T09:00');
  const records = (deviceId: string, session: string, heardAt: string, receivedAt = heardAt) =>
    patient.do({
      kind: 'record-recording',
      sessionId: `${deviceId}/${session}`,
      at: at(heardAt),
      purpose: 'practice',
      heardAt: at(heardAt),
      receivedAt: at(receivedAt),
    });
  const clock = (now: string) => {
    patient.clock(now);
    catchUp();
  };
  const of = (rule: string) => all.alarms().filter((alarm) => alarm.rule === rule);
  return { ...all, assign, records, clock, of };
}

describe('device-offline (D10): no batch for 7 d', () => {
  test('given a device that never sent, when seven days have passed since its registration, then a LOW alarm of its side is raised once', () => {
    const { clock, of } = withDevice('right');
    clock('2026-01-12T08:59');
    expect(of('device-offline')).toEqual([]);
    clock('2026-01-12T09:00');
    clock('2026-01-20T09:00');
    expect(of('device-offline')).toMatchObject([
      {
        severity: 'LOW',
        side: 'right',
        state: 'active',
        count: 1,
        firstAt: Date.parse('2026-01-12T09:00:00Z'),
        inputs: { deviceId: 'd1', since: '2026-01-05T09:00:00.000Z', days: 7 },
      },
    ]);
  });

  test('given a recording, then seven days count from its last batch, however long after that it was ended', () => {
    const { clock, of, records } = withDevice();
    records('d1', 's1', '2026-01-08T10:00', '2026-01-08T14:00');
    clock('2026-01-15T09:59');
    expect(of('device-offline')).toEqual([]);
    clock('2026-01-15T10:00');
    expect(of('device-offline')).toHaveLength(1);
  });

  test('given an alarm, when the device is heard of, then it clears; a new silence opens a new one', () => {
    const { clock, of, records, catchUp } = withDevice();
    clock('2026-01-12T09:00');
    records('d1', 's1', '2026-01-13T10:00');
    catchUp();
    expect(of('device-offline')).toMatchObject([{ state: 'cleared' }]);
    clock('2026-01-20T10:00');
    expect(of('device-offline')).toMatchObject([{ state: 'cleared' }, { state: 'active' }]);
  });

  test('given batches of long ago that become known only now, then the silence is not over, and is not told again', () => {
    const { clock, of, records, catchUp } = withDevice();
    clock('2026-01-20T09:00');
    records('d1', 's1', '2026-01-12T10:00', '2026-01-20T10:00');
    catchUp();
    clock('2026-01-21T09:00');
    expect(of('device-offline')).toMatchObject([{ state: 'active', count: 1 }]);
  });

  test('given more of a session that has ended, days later, then that is a sign of life too', () => {
    const { clock, of, records } = withDevice();
    records('d1', 's1', '2026-01-06T10:00');
    records('d1', 's1', '2026-01-10T10:00');
    clock('2026-01-13T10:00');
    expect(of('device-offline')).toEqual([]);
    clock('2026-01-17T10:00');
    expect(of('device-offline')).toHaveLength(1);
  });

  test('given two devices of one side that are silent, when one is heard of, then the alarm stays; when the other is revoked, it clears', () => {
    const { clock, of, records, assign, catchUp, patient } = withDevice();
    assign('d2', '2026-01-05T10:00');
    clock('2026-01-12T10:00');
    expect(of('device-offline')).toMatchObject([{ count: 2, state: 'active' }]);
    records('d1', 's1', '2026-01-12T11:00');
    catchUp();
    expect(of('device-offline')).toMatchObject([{ state: 'active' }]);
    patient.do({ kind: 'withdraw-device', deviceId: 'd2', receivedAt: at('2026-01-12T12:00') });
    catchUp();
    expect(of('device-offline')).toMatchObject([{ state: 'cleared' }]);
  });

  test('given a silent device of the other side, when one is heard of, then only the alarm of its side clears', () => {
    const { clock, of, records, assign, catchUp } = withDevice('left');
    assign('d2', '2026-01-05T09:00', 'right');
    clock('2026-01-12T09:00');
    records('d2', 's1', '2026-01-12T11:00');
    catchUp();
    expect(of('device-offline')).toMatchObject([
      { side: 'left', state: 'active' },
      { side: 'right', state: 'cleared' },
    ]);
  });

  test('given other alarms of its side, when a device is heard of, then they stay', () => {
    const { clock, records, patient, catchUp, alarms } = withDevice();
    patient.says('2026-01-11T09:00', { flags: ['night-pain'] });
    clock('2026-01-12T09:00');
    records('d1', 's1', '2026-01-13T10:00');
    catchUp();
    expect(alarms().map(({ rule, side, state }) => `${rule} ${side} ${state}`)).toEqual([
      'amber-flag left active',
      'device-offline left cleared',
    ]);
  });

  test('given a revoked device, then nobody waits for it; one assigned twice is one', () => {
    const { clock, of, patient, assign } = withDevice();
    expect(assign('d1', '2026-01-06T09:00')).toEqual([]);
    patient.do({ kind: 'withdraw-device', deviceId: 'd1', receivedAt: at('2026-01-07T12:00') });
    expect(
      patient.do({ kind: 'withdraw-device', deviceId: 'd1', receivedAt: at('2026-01-07T12:00') }),
    ).toEqual([]);
    clock('2026-01-30T09:00');
    expect(of('device-offline')).toEqual([]);
  });
});

describe('rotation-missing (D10): no valid reading for 14 d', () => {
  const reads = (
    { patient, catchUp }: ReturnType<typeof observed>,
    id: string,
    time: string,
    valuesDeg: number[],
    receivedAt = time,
  ) => {
    const series = {
      side: 'left',
      position: 'seated',
      motion: 'active',
      instrument: 'goniometer',
      measuredBy: 'dr-lee',
    } as const;
    const rotation = { id, at: at(time), series, valuesDeg, uncertaintyDeg: null, faults: [] };
    patient.do({ kind: 'record-rotation', rotation, receivedAt: at(receivedAt) });
    catchUp();
  };

  test('given no reading since the enrolment, when 14 days have passed, then a LOW alarm is raised and told, once', () => {
    const all = observed();
    const missing = () => all.alarms().filter(({ rule }) => rule === 'rotation-missing');
    all.patient.clock('2026-01-19T07:59');
    all.catchUp();
    expect(missing()).toEqual([]);
    all.patient.clock('2026-01-19T08:00');
    all.patient.clock('2026-02-19T08:00');
    all.catchUp();
    expect(missing()).toMatchObject([
      { severity: 'LOW', side: 'left', state: 'active', count: 1, notified: true, inputs: { days: 14 } },
    ]);
  });

  test('given an invalid reading, then it stays; a valid one of long ago too; a valid one of now clears it', () => {
    const all = observed();
    const state = () => all.alarms().find(({ rule }) => rule === 'rotation-missing')!.state;
    all.patient.clock('2026-01-19T08:00');
    reads(all, 'r1', '2026-01-20T09:00', [20, 30]);
    expect(state()).toBe('active');
    reads(all, 'r2', '2026-01-06T09:00', [20, 21, 22], '2026-01-20T10:00');
    expect(state()).toBe('active');
    reads(all, 'r3', '2026-01-20T11:00', [20, 21, 22]);
    expect(state()).toBe('cleared');
  });

  test.each([
    ['fourteen days', '2026-01-07T10:00', 'active'],
    ['a minute less', '2026-01-07T10:01', 'cleared'],
  ])(
    'given a valid reading of %s ago becomes known, then the alarm is as if it had come: %s, %s',
    (_, at, state) => {
      const all = observed();
      all.patient.clock('2026-01-19T08:00');
      reads(all, 'r1', at, [20, 21, 22], '2026-01-21T10:00');
      expect(all.alarms().find(({ rule }) => rule === 'rotation-missing')).toMatchObject({ state });
    },
  );

  test('given a device that is offline, when rotation is missing, then it is listed and told to nobody (section 4)', () => {
    const { clock, of, events } = withDevice();
    clock('2026-01-12T09:00');
    const told = () =>
      events.flatMap((event) => (event.type === 'notice-requested' ? [event.data.alarmId] : []));
    clock('2026-01-19T09:00');
    const [missing] = of('rotation-missing');
    expect(missing).toMatchObject({ state: 'active', count: 1 });
    expect(told()).not.toContain(missing!.id);
  });

  test('given a service that was away for weeks, when both are due at once, then the device comes first and inhibits', () => {
    const { clock, of, events } = withDevice();
    clock('2026-02-19T09:00');
    const told = events.flatMap((event) => (event.type === 'notice-requested' ? [event.data.alarmId] : []));
    // That it was found so late does not make it a thing of the past: somebody is told.
    expect(of('device-offline')).toMatchObject([{ notified: true }]);
    expect(told).not.toContain(of('rotation-missing')[0]!.id);
  });

  test('given no device, and a service that was away for weeks, then missing rotation and missing check-ins are told all the same', () => {
    const all = observed();
    all.patient.clock('2026-02-19T09:00');
    all.catchUp();
    const told = all.alarms().map(({ rule, notified }) => [rule, notified]);
    expect(told).toEqual([
      ['missing-data', true],
      ['rotation-missing', true],
    ]);
  });
});
