import { expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { day } from '../../testing/story.js';
import { defaultRuleset } from '../ruleset.js';
import { initialState } from './state.js';
import { recentSpike } from './recent-spike.js';

const spikeAt = ({ state }: Patient, at: string) =>
  recentSpike(state, Date.parse(`${at}:00Z`), defaultRuleset);

test('nobody enrolled: none', () => expect(recentSpike(initialState(), 0, defaultRuleset)).toBeNull());

test('given pain of 8, then it is there from then on for 72 h, and not before (S6)', () => {
  const patient = Patient.enrolled();
  patient.says(`${day(1)}T09:00`, { now: 8 });
  const spike = { at: Date.parse(`${day(1)}T09:00:00Z`), severity: 'HIGH' };
  expect(spikeAt(patient, `${day(1)}T08:59`)).toBeNull();
  expect(spikeAt(patient, `${day(1)}T09:00`)).toEqual(spike);
  expect(spikeAt(patient, `${day(4)}T09:00`)).toEqual(spike);
  expect(spikeAt(patient, `${day(4)}T09:01`)).toBeNull();
});

test('given two, then the newest counts; given calm days, none', () => {
  const patient = Patient.enrolled();
  patient.says(`${day(1)}T09:00`, { now: 8 });
  patient.says(`${day(2)}T09:00`, { now: 6 });
  patient.says(`${day(2)}T19:00`, { now: 2 });
  expect(spikeAt(patient, `${day(3)}T09:00`)).toEqual({
    at: Date.parse(`${day(2)}T09:00:00Z`),
    severity: 'MEDIUM',
  });
  const calm = Patient.enrolled();
  calm.says(`${day(1)}T09:00`, { now: 3 });
  expect(spikeAt(calm, `${day(1)}T10:00`)).toBeNull();
});
