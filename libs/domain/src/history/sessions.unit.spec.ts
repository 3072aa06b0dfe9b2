import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';

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
});
