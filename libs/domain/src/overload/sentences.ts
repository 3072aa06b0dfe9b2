import type { Decision } from '../model/facts.js';
import { exerciseOf } from '../ruleset.js';
import type { Regressed } from './dose.js';

export const nameOf = (exercise: string): string => exerciseOf(exercise)?.name ?? exercise;

/** Why, in words a patient can read: kind, plain, and nothing that pushes (A5, A6). */
const because: Readonly<Record<string, string>> = {
  S1: 'A warning sign was reported; nothing is asked of you until a clinician has looked.',
  S2: 'Something you reported should be looked at first, so the load stays as it is.',
  S3: 'It hurt while you trained, and your hip is listened to.',
  S4: 'Your hip was sorer the morning after, so it gets time.',
  S5: 'Your pain was higher this week than the week before, so your hip gets time.',
  S6: 'There was a stronger pain this week, so the load does not grow.',
  S8: 'There is too little from this week to know that more would be safe.',
  O2: 'A light start that leaves two or three repetitions in reserve.',
  O3: 'All sets were done and your hip took it well.',
  O5: 'Not all sets were done; that is fine, the same again comes first.',
  O6: 'A lighter stretch of training lets what you built settle; it is part of the plan, no failure.',
  O7: 'You have reached the top of this range; your clinician may suggest another exercise.',
  U1: 'First it should be clear what the exercise is for and where you should feel it.',
  U3: 'The discomfort was hard to control, so an easier variant comes first.',
  override: 'Your clinician set this.',
};

export function reasonFor(decision: Decision, rule: string, exercise: string, result: Regressed): string {
  const why = because[rule] ?? '';
  const next = rule === 'override' ? 'now' : decision;
  return `${why} ${whatNext(next, exercise, result)}`.trim();
}

/** `now`: set by hand, whatever stood before. */
function whatNext(decision: Decision | 'now', exercise: string, result: Regressed): string {
  const { sets, reps, loadKg } = result.dose;
  const dose = `${sets} × ${reps}${loadKg > 0 ? ` with ${loadKg} kg` : ' with your own weight'}`;
  if (result.kind === 'variant') return `The easier ${nameOf(result.exercise)} takes its place: ${dose}.`;
  if (result.kind === 'review')
    return `The ${nameOf(exercise)} stays at ${dose}; your clinician is asked to look at it.`;
  switch (decision) {
    case 'start':
      return `It begins with the ${nameOf(exercise)}: ${dose}.`;
    case 'now':
      return `The ${nameOf(exercise)} is now ${dose}.`;
    case 'advance':
      return `A little more: ${dose}.`;
    case 'hold':
      return `The ${nameOf(exercise)} stays at ${dose}.`;
    case 'regress':
      return `Lighter for now: ${dose}.`;
    case 'deload':
      return `Half the sets for a week: ${dose}.`;
    default:
      return decision satisfies never;
  }
}

export const startReason = (exercise: string, dose: { sets: number; reps: number; loadKg: number }): string =>
  reasonFor('start', 'O2', exercise, { kind: 'dose', dose });
