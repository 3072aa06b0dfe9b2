import { dayMs, type History, peakOf, within } from '../history/history.js';
import { strengthSessions } from '../history/sessions.js';
import type { Instant, Phase } from '../model/facts.js';
import { nameOf } from '../overload/sentences.js';
import type { Parameters } from '../ruleset.js';
import { ageOf } from './begin.js';
import type { HoldView, TargetView, TodayItem } from './view.js';

interface TodayInput {
  readonly at: Instant;
  readonly phase: Phase;
  readonly targets: readonly TargetView[];
  readonly holds: readonly HoldView[];
  readonly history: History;
  readonly parameters: Parameters;
}

/** Today's plan (Q1, T1-T3): strength once a week, practice on the days without, stretches from phase 3a on and never before strength. */
export function todayOf({ at, phase, targets, holds, history, parameters }: TodayInput): TodayItem[] {
  if (phase === '0' || holds.some(({ rule }) => rule === 'S1' || rule === 'override')) return [];
  const { calendar, enrolment } = history;
  const stopped = new Set(holds.map(({ exercise }) => exercise));
  const all = strengthSessions(history.checkIns, calendar, parameters);
  const trainedToday = all.at(-1)?.day === calendar.dayOf(at);
  const sessions = all.filter(({ tooSoon }) => !tooSoon);
  const last = sessions.at(-1);
  const { start } = calendar.weekOf(at);
  const trainedEnough =
    sessions.filter((session) => session.at >= start).length >= parameters.strengthPerWeek;
  const rested = last === undefined || at - last.at >= parameters.sessionGapH * 3_600_000;
  const strength = trainedToday || trainedEnough || !rested ? [] : targets.map(strengthItem);
  // After strength there is no practice on that day, but a stretch (T3).
  const practice = phase === '1' || trainedToday ? [] : [practiceItem(parameters)];
  const old = ageOf(enrolment, calendar) > parameters.olderThanYears;
  const stretches = phase === '3a' || phase === '3b' ? stretchItems(phase, old, parameters) : [];
  // S3 stops practice and stretches too, where they were done as strength and hurt.
  const plan = [...strength, ...practice, ...stretches].filter(({ exercise }) => !stopped.has(exercise));
  return soreToday(history, at, parameters) ? plan.map(onceCalm) : plan;
}

/** Strong pain was reported on this local date, the height of S6: the plan still stands, but it can wait. */
const soreToday = ({ checkIns, calendar }: History, at: Instant, { spikeHigh }: Parameters): boolean =>
  within(checkIns, at - dayMs, at + 1).some(
    (checkIn) => calendar.dayOf(checkIn.at) === calendar.dayOf(at) && peakOf(checkIn) >= spikeHigh,
  );

const onceCalm = (item: TodayItem): TodayItem => ({
  ...item,
  why: `You told of strong pain today: let this wait until it has calmed, another day is soon enough. ${item.why}`,
});

const strengthItem = ({ exercise, sets, reps, loadKg, reason }: TargetView): TodayItem => ({
  kind: 'strength',
  exercise,
  dose: { sets, reps, loadKg },
  why: reason,
});

const practiceItem = ({ practiceSets, practiceReps }: Parameters): TodayItem => ({
  kind: 'practice',
  exercise: 'active-ir-seated',
  dose: { sets: practiceSets, reps: practiceReps },
  why: 'On days without strength you use the range you already have: slowly, and only as far as it is comfortable.',
});

function stretchItems(phase: '3a' | '3b', old: boolean, parameters: Parameters): TodayItem[] {
  const why = (exercise: string) =>
    `A gentle ${nameOf(exercise)}, after strength if you train today, never before it.`;
  const passive: TodayItem = {
    kind: 'stretch',
    exercise: 'passive-ir',
    dose: {
      sets: parameters.passiveSets,
      holdSeconds: old ? parameters.passiveHoldOldS : parameters.passiveHoldS,
    },
    why: why('passive-ir'),
  };
  if (phase === '3a') return [passive];
  const isometric: TodayItem = {
    kind: 'stretch',
    exercise: 'isometric-ir',
    dose: {
      sets: parameters.isometricSets,
      holdSeconds: parameters.isometricHoldS,
      restSeconds: parameters.isometricRestS,
    },
    why: why('isometric-ir'),
  };
  const dynamic: TodayItem = {
    kind: 'stretch',
    exercise: 'dynamic-ir',
    dose: { sets: parameters.dynamicSets, reps: parameters.dynamicReps },
    why: why('dynamic-ir'),
  };
  return [passive, isometric, dynamic];
}
