import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { historyOf } from '../programme/state.js';
import { practiceDates } from './sessions.js';

describe('practice days (D11)', () => {
  test('regression: a date that a change of zone puts into two weeks is no practice day of either when there was strength on it', () => {
    // given: Auckland's Monday has begun, the week goes on until Monday begins in Berlin
    const patient = Patient.enrolled({ zone: 'Pacific/Auckland' });
    patient.do({ kind: 'update-patient', zone: 'Europe/Berlin', receivedAt: '2026-01-14T12:00:00Z' });
    const says = (at: string, kind: 'strength' | 'practice') => patient.says(at, { session: { kind } });
    // when: strength in the afternoon of the old zone's Monday, practice in the morning of the new zone's
    says('2026-01-18T12:00', 'strength');
    says('2026-01-19T08:00', 'practice');
    says('2026-01-20T08:00', 'practice');
    // then
    const { week } = patient.program('2026-01-20T12:00');
    expect(week).toMatchObject({ isoWeek: '2026-W04', practiceDays: 1 });
  });

  test.each(['check-in', 'recording'] as const)(
    'given strength in the later half of such a date, by a %s, then practice in its earlier half is none, in the week that ends there',
    (by) => {
      const patient = Patient.enrolled({ zone: 'Pacific/Auckland' });
      patient.do({ kind: 'update-patient', zone: 'Europe/Berlin', receivedAt: '2026-01-14T12:00:00Z' });
      patient.says('2026-01-17T08:00', { session: { kind: 'practice' } });
      // Auckland's Monday, which is still in the week that ends when Monday begins in Berlin.
      patient.says('2026-01-18T12:00', { session: { kind: 'practice' } });
      const practised = () => {
        const history = historyOf(patient.state);
        const week = history.calendar.weekOf(Date.parse('2026-01-18T12:00:00Z'));
        expect(week).toMatchObject({ isoWeek: '2026-W03', end: Date.parse('2026-01-18T23:00:00Z') });
        return practiceDates(week, history).size;
      };
      expect(practised()).toBe(2);
      // Late on Berlin's Monday: the last that can be of that date.
      const at = '2026-01-19T22:59:00Z';
      if (by === 'check-in') patient.says(at, { session: { kind: 'strength' } });
      else
        patient.do({
          kind: 'record-recording',
          sessionId: 'd/s',
          at,
          purpose: 'strength',
          receivedAt: at,
        });
      expect(practised()).toBe(1);
    },
  );
});
