import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { day } from '../../testing/story.js';
import { defaultRuleset } from '../ruleset.js';
import { decide } from './decide.js';

describe('no valid reading for two weeks (D10)', () => {
  const measures = (patient: Patient, id: string, n: number, valuesDeg: readonly number[]) => {
    const { series } = patient.state.readings[0]!;
    const rotation = { id, at: `${day(n)}T09:00:00Z`, series, valuesDeg, uncertaintyDeg: null, faults: [] };
    patient.do({ kind: 'record-rotation', rotation, receivedAt: `${day(6)}T09:00:00Z` });
  };
  const missing = (patient: Patient) =>
    patient
      .eventsOf('rotation-missing')
      .map(({ at, reason, data }) => `${at} since ${data.since}: ${reason}`);

  test('given valid readings in another order, and a later one that is not valid, then it counts from the latest valid one, to the second, and is told once', () => {
    const patient = Patient.enrolled();
    measures(patient, 'late', 3, [20, 21, 22]);
    measures(patient, 'early', 1, [20, 21, 22]);
    measures(patient, 'wide', 5, [10, 20, 30]);
    patient.clock(`${day(17)}T08:59:59Z`);
    expect(missing(patient)).toEqual([]);
    for (const at of ['T09:00:00Z', 'T10:00:00Z']) patient.clock(`${day(17)}${at}`);
    expect(missing(patient)).toEqual([
      `${day(17)}T09:00:00.000Z since ${day(3)}T09:00:00.000Z: Rotation has not been measured for 14 days: a new measurement shows where things stand.`,
    ]);
  });

  test('given none since the enrolment, then it counts from its receipt', () => {
    const patient = Patient.enrolled();
    patient.clock(`${day(14)}T07:59:59Z`);
    expect(missing(patient)).toEqual([]);
    patient.clock(`${day(14)}T08:00:00Z`);
    expect(missing(patient)).toHaveLength(1);
  });
});

test('regression: given a ruleset with other days, when device and rotation are missed, then the sentences say those days', () => {
  const patient = Patient.enrolled();
  const at = `${day(0)}T09:00:00Z`;
  patient.do({ kind: 'assign-device', deviceId: 'd', side: 'left', at, receivedAt: at });
  const parameters = { ...defaultRuleset.parameters, deviceOfflineDays: 3, rotationMissingDays: 5 };
  const events = decide({ kind: 'advance-clock', now: `${day(5)}T10:00:00Z` }, patient.state, {
    ...defaultRuleset,
    parameters,
  });
  const reasonOf = (type: string) => events.find((event) => event.type === type)?.reason;
  expect(reasonOf('device-silent')).toMatch(/^A device has sent nothing for 3 days:/);
  expect(reasonOf('rotation-missing')).toMatch(/^Rotation has not been measured for 5 days:/);
});
