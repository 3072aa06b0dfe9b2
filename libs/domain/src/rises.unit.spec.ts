import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CheckInReport } from './model/command.js';
import { shareOf } from './overload/dose.js';
import { defaultRuleset } from './ruleset.js';
import { about, histories, historyStart, type Setting, settings } from '../testing/histories.js';
import { Patient } from '../testing/patient.js';

const dayMs = 86_400_000;

/** One seed a run: both properties look at the same histories, which are lived once. */
const [seed] = fc.sample(fc.integer(), 1);
const known = new Map<string, Patient>();

/** A history lived by a person of their own kind, with what their clinician orders. */
function livedBy(history: readonly CheckInReport[], setting: Setting): Patient {
  const key = JSON.stringify([history, setting]);
  const before = known.get(key);
  if (before) return before;
  const { startExercise, startLoadKg, plateKg, second } = setting;
  const patient = Patient.enrolled({ startExercise, startLoadKg });
  const day = (count: number) => new Date(historyStart + count * dayMs).toISOString();
  if (plateKg !== undefined) patient.override(day(0), { kind: 'rule', value: { plateKg } });
  let due = second;
  for (const checkIn of about(history, setting)) {
    if (due && checkIn.at >= day(due.week * 7)) {
      if (!patient.program(checkIn.at).targets.some(({ exercise }) => exercise === due!.exercise))
        patient.override(checkIn.at, { kind: 'add-exercise', value: { exercise: due.exercise } });
      due = undefined;
    }
    patient.do({ kind: 'record-check-in', checkIn, receivedAt: checkIn.at });
  }
  known.set(key, patient);
  return patient;
}

const decided = (patient: Patient) => patient.eventsOf('target-decided');

const check = (name: string, property: (patient: Patient) => void) =>
  test(
    name,
    () =>
      fc.assert(
        fc.property(histories, settings, (history, setting) => property(livedBy(history, setting))),
        { numRuns: 1_000, seed: seed! },
      ),
    120_000,
  );

check('at most one decision an exercise and week (O8)', (patient) => {
  const byClosings = decided(patient).filter(({ data }) => !data.fact.setByClinician);
  const keys = byClosings.map(({ data }) => `${data.exercise} ${data.week}`);
  expect(new Set(keys).size).toBe(keys.length);
});

check('no target rises by more than a repetition a set or a tenth of the effective load (O4)', (patient) => {
  const last = new Map<string, { sets: number; reps: number; loadKg: number }>();
  // What a clinician starts in a week to come may be decided before the weeks that lead to it.
  const inOrder = decided(patient).sort((a, b) => a.data.fact.weekStart - b.data.fact.weekStart);
  for (const { data } of inOrder) {
    const { exercise, sets, reps, loadKg, decision } = data;
    const before = last.get(exercise);
    const effective = (kg: number) => kg + shareOf(exercise, defaultRuleset.parameters);
    if (before && decision !== 'start' && data.fact.removed !== true) {
      expect(sets).toBeLessThanOrEqual(before.sets);
      if (loadKg === before.loadKg) expect(reps - before.reps).toBeLessThanOrEqual(1);
      else expect(effective(loadKg) / effective(before.loadKg)).toBeLessThanOrEqual(1.1 + 1e-9);
      if (decision !== 'advance')
        expect(loadKg < before.loadKg || (loadKg === before.loadKg && reps <= before.reps)).toBe(true);
    }
    last.set(exercise, data.fact.base ?? { sets, reps, loadKg });
    if (data.fact.removed) last.delete(exercise);
  }
});
