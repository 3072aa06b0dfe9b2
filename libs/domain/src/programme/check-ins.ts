import { peakOf } from '../history/history.js';
import { redFlags } from '../history/holds.js';
import { spikeOf } from '../history/pain.js';
import type { CheckInReport } from '../model/command.js';
import type { Draft } from '../model/draft.js';
import type { CheckInFact } from '../model/facts.js';
import { activeTargets } from '../overload/standing.js';
import { instantOf } from '../time/instant.js';
import { calendarOf } from '../time/week.js';
import { closeByCheckIn } from './closing.js';
import { Refusal } from './refusal.js';
import { iso, type Run } from './run.js';
import { closedUntil, historyOf } from './state.js';
import { tightenAfter } from './tightening.js';
import { parametersAt } from './week-closing.js';

/** A check-in: kept, judged for alarms, and then whatever weeks it closes or tightens. */
export function recordCheckIn(run: Run, report: CheckInReport, receivedAt: string): void {
  const { state } = run;
  const at = instantOf(report.at);
  const history = historyOf(state);
  if (at < history.enrolment.enrolledAt)
    throw new Refusal('before-enrolment', '/at', 'lies before the enrolment');
  // Ingest has told repeats and reused ids apart; the first stands.
  if (state.checkIns.has(report.id)) return;
  const fact = factOf(report, at, instantOf(receivedAt), state.received, closedUntil(state));
  const parameters = parametersAt(at, history, run.ruleset);
  const spike = spikeOf(fact, peakOf(fact), history, parameters);
  run.emit({
    type: 'check-in-received',
    at: report.at,
    recordedAt: receivedAt,
    reason: 'Thank you for checking in.',
    data: { checkInId: report.id, checkIn: report, belowSpike: spike.severity === null, fact },
  });
  if (fact.flags.length > 0 || spike.severity) raiseAlarms(run, report, fact, receivedAt, spike);
  if ((fact.duringExercise ?? 0) > parameters.painStop) stopExercises(run, fact, receivedAt);
  const week = calendarOf(run.state.zones).weekOf(at);
  if (week.end <= closedUntil(run.state)) tightenAfter(run, week, receivedAt);
  closeByCheckIn(run, receivedAt);
}

/** What was said as the rules see it. Field by field, because this is made for every check-in; what was not said has no field. */
function factOf(
  { id, pain, controllable, feltTarget, understanding, improving, session, flags = [] }: CheckInReport,
  at: number,
  receivedAt: number,
  order: number,
  closedBefore: number,
): CheckInFact {
  const { worst, duringExercise, nextMorning, site, side } = pain;
  const fact: Draft<CheckInFact> = {
    id,
    at,
    now: pain.now,
    flags,
    receivedAt,
    order,
    closedBefore,
  };
  if (worst !== undefined) fact.worst = worst;
  if (duringExercise !== undefined) fact.duringExercise = duringExercise;
  if (nextMorning !== undefined) fact.nextMorning = nextMorning;
  if (site !== undefined) fact.site = site;
  if (side !== undefined) fact.side = side;
  if (controllable !== undefined) fact.controllable = controllable;
  if (feltTarget !== undefined) fact.feltTarget = feltTarget;
  if (understanding !== undefined) fact.understanding = understanding;
  if (improving !== undefined) fact.improving = improving;
  if (session !== undefined) fact.session = session;
  return fact;
}

function raiseAlarms(
  run: Run,
  report: CheckInReport,
  fact: CheckInFact,
  recordedAt: string,
  spike: ReturnType<typeof spikeOf>,
): void {
  const side = fact.side ?? historyOf(run.state).enrolment.side;
  const common = { at: report.at, recordedAt };
  const red = fact.flags.filter((flag) => redFlags.has(flag));
  const amber = fact.flags.filter((flag) => !redFlags.has(flag));
  if (red.length > 0) {
    run.emit({
      ...common,
      type: 'red-flag-reported',
      reason: 'A warning sign was reported: a clinician must look now.',
      data: { checkInId: fact.id, flags: red, side },
    });
    run.emit({
      ...common,
      type: 'programme-suspended',
      reason: 'Everything rests until a clinician has looked.',
      data: { rule: 'S1', until: null },
    });
  }
  if (amber.length > 0)
    run.emit({
      ...common,
      type: 'amber-flag-reported',
      reason: 'Something was reported that a clinician should look at within three days.',
      data: { checkInId: fact.id, flags: amber, side },
    });
  if (spike.severity)
    run.emit({
      ...common,
      type: 'pain-threshold-crossed',
      reason: 'The pain reported is stronger than usual.',
      data: {
        checkInId: fact.id,
        rule: 'pain-spike',
        by: spike.by,
        severity: spike.severity,
        side,
        value: spike.value,
        median: spike.median,
      },
    });
}

/** S3: pain above 5 during exercise stops it until the week ends, at once. */
function stopExercises(run: Run, { id, at, session }: CheckInFact, recordedAt: string): void {
  if (session && session.kind !== 'strength') return;
  const week = calendarOf(run.state.zones).weekOf(at);
  const active = activeTargets(run.state, week.start, Infinity).map(({ exercise }) => exercise);
  for (const exercise of session?.exercise === undefined ? active : [session.exercise])
    run.emit({
      type: 'exercise-stopped',
      at: iso(at),
      recordedAt,
      reason: 'It hurt too much, so this exercise rests until the week ends.',
      data: { checkInId: id, exercise, until: iso(week.end) },
    });
}
