import { describe, expect, test } from '@jest/globals';
import { day } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';
import type { Series } from '../model/facts.js';

const imu = (instrument: string): Series => ({
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument,
  measuredBy: 'self',
});

function measures(patient: Patient, n: number, series: Series, degrees: number, uncertaintyDeg = 1): void {
  const at = `${day(n)}T10:00:00Z`;
  const valuesDeg = [degrees, degrees - 1, degrees + 1];
  const rotation = { id: `m${n}-${series.instrument}`, at, series, valuesDeg, uncertaintyDeg, faults: [] };
  patient.do({ kind: 'record-rotation', rotation, receivedAt: at });
}

const verdicts = (patient: Patient, at: string) =>
  patient
    .program(at)
    .rotation.filter(({ series }) => series.instrument !== 'goniometer')
    .map(({ series, change, verdict }) => `${series.instrument} ${change} ${verdict}`);

describe('the device change mid-way', () => {
  test('given a new device that reads 12° less, then nothing is lost: it begins its own baseline (M5, D8)', () => {
    const patient = Patient.enrolled();
    // A gap of 14 days would start every series anew (S8).
    for (const n of [5, 12, 19, 26]) patient.says(`${day(n)}T20:00`);
    for (const n of [1, 3]) measures(patient, n, imu('Movella DOT'), 30);
    measures(patient, 15, imu('Movella DOT'), 33);
    for (const n of [16, 18]) measures(patient, n, imu('Xsens MTi'), 18);
    expect(verdicts(patient, `${day(18)}T12:00`)).toEqual([
      'Movella DOT 3 no-change',
      'Xsens MTi null not-enough-data',
    ]);
    measures(patient, 23, imu('Xsens MTi'), 24);
    // The median of 18 (day 18, still within seven days) and 24 is 21, against 18.
    expect(verdicts(patient, `${day(23)}T12:00`).at(-1)).toBe('Xsens MTi 3 no-change');
    measures(patient, 30, imu('Xsens MTi'), 24);
    expect(verdicts(patient, `${day(30)}T12:00`).at(-1)).toBe('Xsens MTi 6 better');
  });

  test('given the same device on the other side, lying, passive or worn by somebody else, then each is a series of its own (M5)', () => {
    const patient = Patient.enrolled();
    const usual = imu('Movella DOT');
    const others: Series[] = [
      usual,
      { ...usual, side: 'right' },
      { ...usual, position: 'prone' },
      { ...usual, motion: 'passive' },
      { ...usual, measuredBy: 'clinician' },
    ];
    for (const [place, series] of others.entries()) {
      const at = `${day(1)}T1${place}:00:00Z`;
      const rotation = {
        id: `m${place}`,
        at,
        series,
        valuesDeg: [place * 9, place * 9, place * 9],
        uncertaintyDeg: 1,
        faults: [],
      };
      patient.do({ kind: 'record-rotation', rotation, receivedAt: at });
    }
    const seen = patient
      .program(`${day(2)}T10:00`)
      .rotation.filter(({ series }) => series.instrument !== 'goniometer');
    expect(seen.map(({ baseline }) => baseline)).toEqual([0, 9, 18, 27, 36]);
  });

  test('given an uncertainty above what M2 allows for, then the change must exceed that (D8)', () => {
    const patient = Patient.enrolled();
    measures(patient, 1, imu('old'), 20, 3);
    measures(patient, 10, imu('old'), 28, 1);
    // 1.96 x √2 x 3° = 8.3°; M2 alone would be 6°.
    const [, state] = patient.program(`${day(10)}T12:00`).rotation;
    expect(state).toMatchObject({ change: 8, verdict: 'no-change' });
    expect(state!.mdc).toBeCloseTo(8.3156, 3);
  });

  test('regression: a device that is a goniometer has the 9° of one, and its model keeps its series apart', () => {
    const patient = Patient.enrolled();
    for (const [n, degrees] of [
      [1, 20],
      [10, 27],
    ] as const) {
      const at = `${day(n)}T10:00:00Z`;
      const rotation = {
        id: `g${n}`,
        at,
        series: imu('Halo'),
        goniometer: true as const,
        valuesDeg: [degrees, degrees, degrees],
        uncertaintyDeg: null,
        faults: [],
      };
      patient.do({ kind: 'record-rotation', rotation, receivedAt: at });
    }
    const [, state] = patient.program(`${day(10)}T12:00`).rotation;
    expect(state).toMatchObject({ series: { instrument: 'Halo' }, change: 7, mdc: 9, verdict: 'no-change' });
  });
});
