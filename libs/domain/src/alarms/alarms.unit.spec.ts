import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';

describe('alarms (section 4, D10)', () => {
  test('given a spike of 8, when it comes, then one HIGH alarm is raised and told; again only counts', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-06T09:00', { now: 8 });
    patient.says('2026-01-06T12:00', { now: 9 });
    catchUp();
    expect(alarms()).toMatchObject([
      { rule: 'pain-spike', severity: 'HIGH', count: 2, state: 'active', side: 'left' },
    ]);
    expect(notices()).toBe(1);
  });

  test('given MEDIUM, when it rises to HIGH, then it is told again; a fall is not', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-06T09:00', { now: 6 });
    patient.says('2026-01-06T12:00', { now: 8 });
    patient.says('2026-01-06T13:00', { now: 6 });
    catchUp();
    expect(alarms()).toMatchObject([{ severity: 'HIGH', count: 3 }]);
    expect(notices()).toBe(2);
  });

  test('given a red flag, when a spike follows within a day, then it is listed and told to nobody; the first after that is told', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-06T09:00', { now: 2, flags: ['cold-limb'] });
    patient.says('2026-01-06T12:00', { now: 8 });
    catchUp();
    expect(alarms().map(({ rule }) => rule)).toEqual(['red-flag', 'pain-spike']);
    expect(notices()).toBe(1);
    patient.says('2026-01-07T09:00', { now: 8 });
    catchUp();
    expect(notices()).toBe(2);
  });

  test('given MEDIUM, when three calm check-ins have come and two days have passed, then it clears; a new spike opens a new alarm', () => {
    const { patient, catchUp, alarms } = observed();
    patient.says('2026-01-06T09:00', { now: 6 });
    for (const day of ['07', '08']) patient.says(`2026-01-${day}T08:59`, { now: 2 });
    catchUp();
    expect(alarms()[0]!.state).toBe('active');
    patient.says('2026-01-08T09:00', { now: 2 });
    catchUp();
    expect(alarms()[0]!.state).toBe('cleared');
    patient.says('2026-01-09T09:00', { now: 6 });
    catchUp();
    expect(alarms().map(({ state }) => state)).toEqual(['cleared', 'active']);
  });

  test('given a spike that was cleared after many calm check-ins, when a new one comes, then calm is counted from there', () => {
    const { patient, catchUp, alarms } = observed();
    patient.says('2026-01-06T09:00', { now: 6 });
    for (const day of ['07', '08', '09', '10']) patient.says(`2026-01-${day}T09:00`, { now: 2 });
    patient.says('2026-01-11T09:00', { now: 6 });
    patient.says('2026-01-13T09:00', { now: 2 });
    catchUp();
    expect(alarms().map(({ state }) => state)).toEqual(['cleared', 'active']);
    for (const day of ['14', '15']) patient.says(`2026-01-${day}T09:00`, { now: 2 });
    catchUp();
    expect(alarms().map(({ state }) => state)).toEqual(['cleared', 'cleared']);
  });

  test('given HIGH, when all is calm, then it stays until a clinician clears it', () => {
    const { patient, catchUp, alarms, act } = observed();
    patient.says('2026-01-06T09:00', { now: 8 });
    for (const day of ['09', '10', '11', '12']) patient.says(`2026-01-${day}T09:00`, { now: 1 });
    catchUp();
    const [alarm] = alarms();
    expect(alarm!.state).toBe('active');
    act({ kind: 'clear', alarmId: alarm!.id, by: 'dr-lee', at: '2026-01-12T10:00:00Z' });
    expect(alarms()[0]).toMatchObject({
      state: 'cleared',
      history: [{ transition: 'raised' }, { transition: 'cleared', by: 'dr-lee' }],
    });
  });

  test('given a MEDIUM spike more than 72 h old on receipt, when it comes, then it is listed, not told', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-06T09:00', { now: 6 }, '2026-01-10T09:00');
    catchUp();
    expect(alarms()).toHaveLength(1);
    expect(notices()).toBe(0);
  });

  test('given two MEDIUM alarms within five minutes, when both are raised, then one notice goes out', () => {
    const { patient, catchUp, alarms, notices } = observed();
    patient.says('2026-01-06T09:00', { now: 6 });
    patient.says('2026-01-06T09:04', { now: 2, flags: ['night-pain'] });
    catchUp();
    expect(alarms()).toHaveLength(2);
    expect(notices()).toBe(1);
  });

  test('given a relative spike, when it is true again a day later at 6 or more, then it steps up to HIGH', () => {
    const { patient, catchUp, alarms, notices } = observed();
    for (const hour of ['09', '10', '11']) patient.says(`2026-01-06T${hour}:00`, { now: 2 });
    patient.says('2026-01-07T09:00', { now: 4 });
    patient.says('2026-01-08T09:00', { now: 6 });
    catchUp();
    expect(alarms()).toMatchObject([{ severity: 'HIGH', count: 2 }]);
    expect(notices()).toBe(2);
  });

  test('given an event that was handled, when it is delivered again, then nothing changes', () => {
    const { patient, catchUp, state, act, events } = observed();
    patient.says('2026-01-06T09:00', { now: 8 });
    catchUp();
    const before = events.length;
    const handled = state().handled;
    act({
      kind: 'observe',
      sequence: handled,
      event: patient.events[handled]!,
      alarmId: 'again',
      noticeId: 'again',
    });
    expect(events).toHaveLength(before);
  });
});
