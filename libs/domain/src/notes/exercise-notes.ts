import { within } from '../history/history.js';
import type { ClosedWeek, Instant } from '../model/facts.js';
import { nameOf } from '../overload/sentences.js';
import { lastPoorAnswer } from '../overload/signals.js';
import { activeTargets, phaseAt, targetOf } from '../overload/standing.js';
import { order } from '../programme/phase-steps.js';
import type { Shown } from '../programme/shown.js';
import { seriesAt } from '../rotation.js';
import { easierVariant, type Parameters, seedExercises } from '../ruleset.js';
import { localYear } from '../time/week.js';
import { iso, type NoteView } from './note.js';

/** What may be said of the exercises: a plateau (O7), a second one (A14), another one (U1), a look by the clinician (D7). */
export function exerciseNotes(at: Instant, shown: Shown, parameters: Parameters): NoteView[] {
  const { week, history, standing } = shown;
  const active = activeTargets(standing, week.start, at).map(({ exercise }) => exercise);
  const next = seedExercises.find((exercise) => !active.includes(exercise)) ?? null;
  const offered = next === null ? '' : ` The ${nameOf(next)} could be tried; your clinician can add it.`;
  const notes: NoteView[] = [];
  for (const exercise of active) {
    const since = plateauSince(exercise, at, shown, parameters);
    if (since !== null)
      notes.push({
        rule: 'O7',
        code: 'plateau',
        exercise,
        since: iso(since),
        text: `The ${nameOf(exercise)} has stayed where it is for ${parameters.plateauWeeks} weeks. That happens, and is worth a look together.${offered}`,
        suggestion: next,
      });
    const target = targetOf(standing, exercise, week.start, at)!;
    const before = target.inputs['target'] as { reps?: number; loadKg?: number } | undefined;
    // Sets do not matter: after a lighter week they are more, and it is as light as it gets all the same.
    const stays = before?.reps === target.reps && before.loadKg === target.loadKg;
    if (target.decision === 'regress' && stays && easierVariant[exercise] === undefined)
      notes.push({
        rule: target.rule,
        code: 'review',
        exercise,
        since: iso(week.start),
        text: `The ${nameOf(exercise)} is as light as it gets. Your clinician is asked to look at it with you.`,
        suggestion: null,
      });
  }
  const poor = lastPoorAnswer(history.checkIns, at, parameters);
  if (poor && active.length > 0)
    notes.push({
      rule: 'U1',
      code: 'another-exercise',
      exercise: poor.session?.exercise ?? null,
      since: iso(poor.at),
      text: `When an exercise is not clear or not felt where it should be, another may suit you better.${offered}`,
      suggestion: next,
    });
  return [...notes, ...howMuch(at, shown, active, next, offered, parameters)];
}

/** A14: over 25 a second exercise after P12; at 25 or younger the clinician chooses how often. */
function howMuch(
  at: Instant,
  { history, standing }: Shown,
  active: readonly string[],
  next: string | null,
  offered: string,
  { secondExerciseAgeYears }: Parameters,
): NoteView[] {
  const { enrolment, calendar } = history;
  const phase = phaseAt(standing, at);
  if (!phase || phase.phase === '0') return [];
  const age = localYear(calendar.dayOf(enrolment.enrolledAt)) - enrolment.birthYear;
  if (age <= secondExerciseAgeYears)
    return [
      {
        rule: 'O1',
        code: 'sessions-a-week',
        exercise: null,
        since: iso(enrolment.enrolledAt),
        text: 'How often you train is for your clinician to choose with you; once a week is suggested.',
        suggestion: null,
      },
    ];
  const practised = standing.phases.find((entry) => order.indexOf(entry.phase) >= order.indexOf('2'));
  if (!practised || order.indexOf(phase.phase) < order.indexOf('2') || active.length !== 1 || next === null)
    return [];
  return [
    {
      rule: 'O2',
      code: 'second-exercise',
      exercise: null,
      since: iso(practised.since),
      text: `Your strength sessions go well, so a second exercise may join the first.${offered}`,
      suggestion: next,
    },
  ];
}

/** End of the last of the closed weeks that make a plateau; null when there is none. */
function plateauSince(
  exercise: string,
  at: Instant,
  { standing, history, provisional }: Shown,
  parameters: Parameters,
): Instant | null {
  const out = standing.closed.filter(
    ({ end }) => !standing.targets.some((each) => each.weekStart === end && provisional.has(each)),
  );
  const weeks = out.slice(-parameters.plateauWeeks);
  if (weeks.length < parameters.plateauWeeks) return null;
  const epoch = out.filter(({ seriesReset }) => seriesReset).at(-1)?.end ?? -Infinity;
  const signal = ({ start, end }: ClosedWeek): boolean => {
    const before = targetOf(standing, exercise, start, at);
    const decided = targetOf(standing, exercise, end, at);
    return (
      !before ||
      !decided ||
      decided.decision === 'advance' ||
      within(history.checkIns, start, end).some(({ improving }) => improving === true) ||
      seriesAt(history.readings, end, epoch, parameters).some(({ verdict }) => verdict === 'better')
    );
  };
  return weeks.some(signal) ? null : weeks.at(-1)!.end;
}
