import type { Dose, Instant } from '../model/facts.js';
import { shareOf } from '../overload/dose.js';
import { defaultParameters, type Parameters } from '../ruleset.js';
import { Refusal } from './refusal.js';

/** Above so many times what stands an order is asked about: its effective load, and the repetitions of all its sets. */
const loadTimes = 3;
const repetitionTimes = 4;
/** How far ahead an order may begin, days. */
const daysAhead = 366;
const dayMs = 86_400_000;

/** What is compared with is never less than this, or somebody who has been careful would be asked at each step. */
const lightest: Dose = { sets: 3, reps: 8, loadKg: 0 };

/** A clinician's dose, and where in their words its parts stand. */
export interface Order {
  readonly exercise: string;
  readonly dose: Dose;
  readonly loadPath: string;
}

/**
 * A slip of a finger (500 for 50) must not become a target. Whoever means it confirms it: the last word is the clinician's.
 * The refusal (`range`) of an order for far more than what stands; null when nothing is odd.
 */
export function doubtOfDose(
  { exercise, dose, loadPath }: Order,
  parameters: Parameters,
  standing: Dose = lightest,
): Refusal | null {
  const share = Math.max(shareOf(exercise, parameters), defaultParameters.bodyweightShareKg);
  const load = (dose.loadKg + share) / (Math.max(standing.loadKg, lightest.loadKg) + share);
  if (load > loadTimes)
    return doubt(loadPath, `${rounded(load)} times the load that stands, the body's share included`);
  const stands = Math.max(standing.sets * standing.reps, lightest.sets * lightest.reps);
  const repetitions = (dose.sets * dose.reps) / stands;
  return repetitions > repetitionTimes
    ? doubt('/value/reps', `${rounded(repetitions)} times the repetitions that stand, all sets together`)
    : null;
}

const rounded = (times: number): number => Math.round(times * 10) / 10;

const doubt = (path: string, what: string): Refusal =>
  new Refusal('range', path, `is ${what}; say "confirmed": true if it is meant`);

/** The same of an order that would begin in a year to come: who mistypes a pause must hear of it. */
export const doubtOfTime = (from: Instant, receivedAt: Instant): Refusal | null =>
  from - receivedAt > daysAhead * dayMs ? doubt('/from', `more than ${daysAhead} days ahead`) : null;
