import { redFlags } from '../history/holds.js';
import type { Enrolment } from '../model/enrolment.js';
import type { Instant, TargetVersion } from '../model/facts.js';
import { startReason } from '../overload/sentences.js';
import type { Parameters } from '../ruleset.js';
import { type Calendar, calendarOf } from '../time/week.js';
import type { Criterion } from './phase-steps.js';
import { iso, type Run } from './run.js';
import { closedUntil, historyOf, type ProgrammeState } from './state.js';
import { targetData } from './target-data.js';
import { parametersAt } from './week-closing.js';

/** Begins phase 1 when all of P01 is met: at the last of its instants, with the start target in that week. */
export function beginWhenReady(run: Run, recordedAt: string): void {
  const { state } = run;
  if (state.phases.length > 0 || !entryCriteria(state, run.ruleset.parameters).every(({ met }) => met))
    return;
  const { enrolment } = historyOf(state);
  let firstReading = Infinity;
  for (const { valid, at } of state.readings) if (valid && at < firstReading) firstReading = at;
  const since = Math.max(
    enrolment.enrolledAt,
    enrolment.consentAt!,
    enrolment.educationAt!,
    enrolment.baselinePain!.at,
    firstReading,
  );
  const reason = 'You are ready to begin: strength comes first, once a week, a little at a time.';
  run.emit({
    type: 'phase-changed',
    at: iso(since),
    recordedAt,
    reason,
    data: {
      from: '0',
      to: '1',
      rule: 'P01',
      fact: { phase: '1', since, shownFrom: since, countFrom: since, reason },
    },
  });
  startTarget(run, enrolment.startExercise, enrolment.startLoadKg, since, recordedAt);
}

/** O2: the first target of an exercise, in the week of its start (or the first that is still open). */
export function startTarget(
  run: Run,
  exercise: string,
  loadKg: number,
  at: Instant,
  recordedAt: string,
  by?: 'clinician',
): void {
  const history = historyOf(run.state);
  const { startSets: sets, startReps: reps } = parametersAt(at, history, run.ruleset);
  const week = calendarOf(run.state.zones).weekOf(Math.max(at, closedUntil(run.state)));
  const dose = { sets, reps, loadKg };
  const fact: TargetVersion = {
    exercise,
    ...dose,
    weekStart: week.start,
    shownFrom: at,
    decision: 'start',
    rule: 'O2',
    reason: startReason(exercise, dose),
    inputs: { startLoadKg: loadKg },
    ...(by ? { setByClinician: true as const } : {}),
  };
  run.emit({
    type: 'target-decided',
    at: iso(at),
    recordedAt,
    reason: fact.reason,
    data: targetData(fact, week.isoWeek, run.ruleset),
  });
}

/** Age in years: local year of the enrolment less the year of birth (D1). */
export const ageOf = ({ enrolledAt, birthYear }: Enrolment, calendar: Calendar): number =>
  new Date(calendar.dayOf(enrolledAt) * 86_400_000).getUTCFullYear() - birthYear;

/** What phase 1 asks for (P01), as the patient sees it. */
export function entryCriteria(
  { enrolment, readings, zones }: ProgrammeState,
  { adultYears }: Parameters,
): Criterion[] {
  if (!enrolment) return [];
  const { screening, consentAt, baselinePain, educationAt } = enrolment;
  const age = ageOf(enrolment, calendarOf(zones));
  const red = screening.flags.filter((flag) => redFlags.has(flag)).length;
  const { cleared, exclusions } = screening;
  const has = (criterion: string, there: boolean): Criterion => ({
    criterion,
    met: there,
    have: there,
    need: true,
  });
  return [
    has('consent', consentAt !== null),
    { criterion: 'adult', met: cleared || age >= adultYears, have: age, need: adultYears },
    {
      criterion: 'no exclusion without clearance',
      met: cleared || exclusions.length === 0,
      have: exclusions.length,
      need: 0,
    },
    { criterion: 'no red flag without clearance', met: cleared || red === 0, have: red, need: 0 },
    has('baseline of pain', baselinePain !== null),
    has(
      'baseline of rotation',
      readings.some(({ valid }) => valid),
    ),
    has('education acknowledged', educationAt !== null),
  ];
}
