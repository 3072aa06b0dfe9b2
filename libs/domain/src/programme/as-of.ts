import { educationAt } from '../education/track.js';
import { type History, median, within } from '../history/history.js';
import { holdsAt, inForce } from '../history/holds.js';
import { trendOf } from '../history/pain.js';
import { practiceDates, strengthSessions } from '../history/sessions.js';
import type { Instant, Phase } from '../model/facts.js';
import { activeTargets, phaseAt } from '../overload/standing.js';
import { seriesAt } from '../rotation.js';
import { exerciseNotes } from '../notes/exercise-notes.js';
import { promptsAt } from '../notes/prompts.js';
import { rotationNotes } from '../notes/rotation-notes.js';
import { setAsideAt } from '../notes/set-aside.js';
import type { Parameters, Ruleset } from '../ruleset.js';
import { entryCriteria } from './begin.js';
import { criteriaFor } from './phase-steps.js';
import { iso } from './run.js';
import { shownAt, type Shown } from './shown.js';
import type { ProgrammeState } from './state.js';
import { todayOf } from './today.js';
import { type HoldView, phaseNames, type ProgramView, type TargetView } from './view.js';
import { parametersAt } from './week-closing.js';

const dayMs = 86_400_000;

/** The programme as of an instant (epoch ms); null before the enrolment. */
export function programmeAsOf(state: ProgrammeState, at: Instant, ruleset: Ruleset): ProgramView | null {
  if (!state.enrolment || at < state.enrolment.enrolledAt) return null;
  const shown = shownAt(state, at, ruleset);
  const { week, history, standing } = shown;
  const parameters = parametersAt(at, history, ruleset);
  const holds = holdViews(at, shown, parameters);
  const targets = targetViews(at, shown);
  const phase = phaseView(state, at, shown, parameters);
  const sessions = strengthSessions(history.checkIns, history.calendar, parameters).filter(
    (session) => session.at >= week.start && !session.tooSoon,
  );
  const epoch = standing.closed.filter(({ seriesReset }) => seriesReset).at(-1)?.end ?? -Infinity;
  const rotation = seriesAt(history.readings, at, epoch, parameters);
  const resting = holds.some(({ rule }) => rule === 'S1' || rule === 'override');
  return {
    patientId: state.enrolment.patientId,
    phase,
    week: {
      isoWeek: week.isoWeek,
      strengthDone: sessions.length,
      practiceDays: practiceDates(week, history).size,
    },
    today: todayOf({ at, phase: phase.id, targets, holds, history, parameters }),
    targets,
    pain: painView(at, shown, parameters),
    rotation,
    holds,
    ruleset: ruleset.version,
    education: educationAt(at, shown, state, parameters),
    notes: [...exerciseNotes(at, shown, parameters), ...rotationNotes(at, rotation, history, parameters)],
    prompts: promptsAt(at, phase.id, resting, history, parameters),
    setAside: setAsideAt(at, shown, parameters),
  };
}

function targetViews(at: Instant, { week, standing, provisional }: Shown): TargetView[] {
  return activeTargets(standing, week.start, at).map((target) => {
    const { exercise, sets, reps, loadKg, decision, rule, reason, inputs } = target;
    return {
      exercise,
      week: week.isoWeek,
      sets,
      reps,
      loadKg,
      decision,
      rule,
      reason,
      inputs,
      provisional: provisional.has(target),
    };
  });
}

function phaseView(
  state: ProgrammeState,
  at: Instant,
  shown: Shown,
  parameters: Parameters,
): ProgramView['phase'] {
  const { week, history, standing } = shown;
  const entry = phaseAt(standing, at);
  const cover = inForce(history.overrides, 'phase', at)
    .filter(({ until }) => until !== null)
    .at(-1);
  const id: Phase = cover?.kind === 'phase' ? cover.value.phase : (entry?.phase ?? '0');
  const since = cover?.from ?? entry?.since ?? history.enrolment.enrolledAt;
  const next = entry
    ? criteriaFor(entry, { week, history, standing, parameters })
    : entryCriteria(asKnownAt(state, history, at), parameters);
  return {
    id,
    name: phaseNames[id],
    since: iso(since),
    provisional: cover === undefined && shown.phaseProvisional,
    next,
  };
}

/** The entry criteria look at what had happened by then. */
function asKnownAt(state: ProgrammeState, history: History, at: Instant): ProgrammeState {
  const { enrolment } = history;
  const by = (instant: Instant | null) => (instant !== null && instant <= at ? instant : null);
  const baselinePain =
    enrolment.baselinePain && enrolment.baselinePain.at <= at ? enrolment.baselinePain : null;
  const known = {
    ...enrolment,
    consentAt: by(enrolment.consentAt),
    educationAt: by(enrolment.educationAt),
    baselinePain,
  };
  return { ...state, enrolment: known, readings: history.readings };
}

function painView(at: Instant, { week, history }: Shown, parameters: Parameters): ProgramView['pain'] {
  const recent = within(history.checkIns, at - parameters.medianDays * dayMs + 1, at + 1);
  const sites = new Map<string, number[]>();
  for (const { site, now } of recent)
    if (site !== undefined) sites.set(site, [...(sites.get(site) ?? []), now]);
  const bySite = Object.fromEntries(
    [...sites].map(([site, values]) => [site, { checkIns: values.length, median14d: median(values)! }]),
  );
  return {
    now: history.checkIns.last?.now ?? null,
    median14d: median(recent.map(({ now }) => now)),
    trend: trendOf(history.calendar.weekBefore(week), history, parameters),
    bySite,
  };
}

const holdReasons = {
  S1: 'A warning sign was reported; a clinician will look before anything goes on.',
  S2: 'Something you reported should be looked at before the load grows.',
  override: 'Your clinician has paused the programme.',
  S3: 'It hurt too much; this exercise rests until the week ends.',
} as const;

function holdViews(at: Instant, { week, history, standing }: Shown, { painStop }: Parameters): HoldView[] {
  const open = holdsAt(at, history, true).map(({ rule, since, until }): HoldView => ({
    rule,
    since: iso(since),
    until: until === null ? null : iso(until),
    exercise: null,
    reason: holdReasons[rule],
  }));
  const active = activeTargets(standing, week.start, at).map(({ exercise }) => exercise);
  const stopped = new Map<string, Instant>();
  for (const { at: since, duringExercise, session } of within(history.checkIns, week.start, at + 1)) {
    if (
      duringExercise === undefined ||
      duringExercise <= painStop ||
      (session && session.kind !== 'strength')
    )
      continue;
    for (const exercise of session?.exercise === undefined ? active : [session.exercise])
      if (!stopped.has(exercise)) stopped.set(exercise, since);
  }
  const stops = Array.from(stopped, ([exercise, since]): HoldView => ({
    rule: 'S3',
    since: iso(since),
    until: iso(week.end),
    exercise,
    reason: holdReasons.S3,
  }));
  return [...open, ...stops];
}
