import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day } from '../../testing/story.js';
import type { RotationReport } from '../model/command.js';

const series = {
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument: 'goniometer',
  measuredBy: 'dr-lee',
} as const;
const report = (more: Partial<RotationReport> = {}): RotationReport => ({
  id: 'm1',
  at: `${day(1)}T10:00:00Z`,
  series,
  valuesDeg: [20, 21, 22],
  uncertaintyDeg: null,
  faults: [],
  ...more,
});
const records = (
  patient: Patient,
  more: Partial<RotationReport> = {},
  fresh = false,
  receivedAt = `${day(2)}T10:00:00Z`,
) => patient.do({ kind: 'record-rotation', rotation: report(more), receivedAt, fresh });

describe('a measurement that is told again (M1)', () => {
  test('given the same, then nothing happens, also when it has to be a new one', () => {
    const patient = Patient.enrolled();
    expect(records(patient)).toMatchObject([
      { type: 'rotation-measured', reason: 'Your rotation was measured.' },
    ]);
    expect(records(patient)).toEqual([]);
    expect(records(patient, {}, true)).toEqual([]);
  });

  test.each<[string, Partial<RotationReport>]>([
    ['another instant', { at: `${day(1)}T10:01:00Z` }],
    ['another value', { valuesDeg: [20, 20, 22] }],
    ['a fault', { faults: ['no-mounting'] }],
    ['another series', { series: { ...series, side: 'right' } }],
  ])('given %s under its id, then it is corrected, or refused when it has to be a new one', (_what, more) => {
    const patient = Patient.enrolled();
    records(patient);
    expect(() => records(patient, more, true)).toThrow(
      expect.objectContaining({
        code: 'id-reused',
        path: '/id',
        message: 'was used for other content; the first stands',
      }),
    );
    expect(records(patient, more)).toMatchObject([{ type: 'rotation-corrected', data: { id: 'm1' } }]);
    expect(patient.state.readings.filter(({ id }) => id === 'm1')).toHaveLength(1);
    expect(records(patient, more)).toEqual([]);
  });

  test('given a correction after its week was closed, then it still counts from when the first was known', () => {
    const patient = Patient.enrolled();
    records(patient);
    closes(patient, 0);
    records(patient, { valuesDeg: [25, 25, 25] }, false, `${day(12)}T10:00:00Z`);
    const [reading] = patient.state.readings.filter(({ id }) => id === 'm1');
    expect(reading).toMatchObject({ value: 25, receivedAt: Date.parse(`${day(2)}T10:00:00Z`) });
    expect(reading!.closedBefore).toBeLessThan(Date.parse(`${day(7)}T00:00:00Z`));
  });

  test('given another id, then it is another measurement', () => {
    const patient = Patient.enrolled();
    records(patient);
    expect(records(patient, { id: 'm2' }, true)).toMatchObject([
      { type: 'rotation-measured', data: { id: 'm2' } },
    ]);
  });
});

describe('a recording', () => {
  test('given it is told twice, then once', () => {
    const patient = Patient.enrolled();
    const recording = (sessionId: string) =>
      patient.do({
        kind: 'record-recording',
        sessionId,
        at: `${day(1)}T10:00:00Z`,
        purpose: 'practice',
        receivedAt: `${day(1)}T10:00:00Z`,
      });
    expect(recording('s1')).toMatchObject([
      {
        type: 'recording-finished',
        reason: 'Your device recorded a session.',
        data: { sessionId: 's1', purpose: 'practice' },
      },
    ]);
    expect(recording('s1')).toEqual([]);
    expect(recording('s2')).toHaveLength(1);
  });
});
