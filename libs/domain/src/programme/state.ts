import { CheckIns } from '../history/check-ins.js';
import type { History } from '../history/history.js';
import { targetToKeep, withSharedReason, withSharedSeries } from '../history/shared.js';
import type { Draft } from '../model/draft.js';
import type { Enrolment, ZoneFrom } from '../model/enrolment.js';
import type { EventOf, ProgrammeEvent } from '../model/event.js';
import type {
  AcknowledgedFact,
  DeviceFact,
  Instant,
  OverrideFact,
  QuestionnaireFact,
  ReadingFact,
  RecordingFact,
} from '../model/facts.js';
import type { Standing } from '../overload/standing.js';
import { calendarOf, withZone } from '../time/week.js';
import { afterRecording, devicesAfter } from './device-facts.js';

/** All that is known of one person's programme. Never changed in place. */
export interface ProgrammeState extends Standing {
  readonly enrolment: Enrolment | null;
  readonly zones: readonly ZoneFrom[];
  /** By `at`, then `id`. */
  readonly checkIns: CheckIns;
  readonly readings: readonly ReadingFact[];
  readonly recordings: readonly RecordingFact[];
  readonly overrides: readonly OverrideFact[];
  /** By `at`. */
  readonly questionnaires: readonly QuestionnaireFact[];
  readonly acknowledged: readonly AcknowledgedFact[];
  /** How many things were received: the order of receipt. */
  readonly received: number;
  /** Latest accepted check-in, and the last gap that was reported missing. */
  readonly watermark: Instant;
  readonly missingReportedFor: Instant | null;
  /** Those that are registered to the patient and not revoked. */
  readonly devices: readonly DeviceFact[];
  /** The last sign of rotation for which it was reported missing. */
  readonly rotationMissingFor: Instant | null;
}

export const initialState = (): ProgrammeState => ({
  enrolment: null,
  zones: [],
  checkIns: CheckIns.none(),
  readings: [],
  recordings: [],
  overrides: [],
  questionnaires: [],
  acknowledged: [],
  targets: [],
  phases: [],
  closed: [],
  received: 0,
  watermark: 0,
  missingReportedFor: null,
  devices: [],
  rotationMissingFor: null,
});

/** End of the last closed week; 0 before the first. */
export const closedUntil = ({ closed }: Standing): Instant =>
  closed.length === 0 ? 0 : closed[closed.length - 1]!.end;

/** What the rules may look at when nothing is hidden. @throws when nobody is enrolled */
export function historyOf(state: ProgrammeState): History {
  const { enrolment, zones, checkIns, readings, recordings, overrides } = state;
  if (!enrolment) throw new Error('nobody is enrolled');
  return { enrolment, calendar: calendarOf(zones), checkIns, readings, recordings, overrides };
}

/**
 * The last steps that deciding has taken. Whoever folds its events afterwards takes the same steps from the same states: they are given
 * what was made then, and with it what has been worked out from it (sessions by their list of check-ins). A few, so that nothing is kept alive.
 */
const taken: { event: ProgrammeEvent; before: ProgrammeState; after: ProgrammeState }[] = [];
const kept = 16;
let next = 0;
/** Where the step after the one that was found last lies: they are folded in the order in which they were taken. */
let expected = 0;

/** The state after an event. Pure: the same state and event give the same result, remembered or not. */
export function evolve(state: ProgrammeState, event: ProgrammeEvent): ProgrammeState {
  const step = taken[expected];
  if (step !== undefined && step.event === event && step.before === state) {
    expected = (expected + 1) % kept;
    return step.after;
  }
  for (let place = 0; place < taken.length; place++)
    if (taken[place]!.event === event && taken[place]!.before === state) {
      expected = (place + 1) % kept;
      return taken[place]!.after;
    }
  return after(state, event);
}

/** As `evolve`, and remembers the step for whoever folds the same event next. */
export function evolveAhead(before: ProgrammeState, event: ProgrammeEvent): ProgrammeState {
  const step = { event, before, after: after(before, event) };
  taken[next] = step;
  next = (next + 1) % kept;
  return step.after;
}

/** A copy to change before anybody sees it. Written out: spreading an object of so many fields takes twenty times as long. */
const copyOf = (state: ProgrammeState): Draft<ProgrammeState> => ({
  enrolment: state.enrolment,
  zones: state.zones,
  checkIns: state.checkIns,
  readings: state.readings,
  recordings: state.recordings,
  overrides: state.overrides,
  questionnaires: state.questionnaires,
  acknowledged: state.acknowledged,
  targets: state.targets,
  phases: state.phases,
  closed: state.closed,
  received: state.received,
  watermark: state.watermark,
  missingReportedFor: state.missingReportedFor,
  devices: state.devices,
  rotationMissingFor: state.rotationMissingFor,
});

function after(state: ProgrammeState, event: ProgrammeEvent): ProgrammeState {
  const next = copyOf(state);
  switch (event.type) {
    case 'patient-enrolled':
      next.enrolment = event.data.fact;
      next.zones = [{ from: 0, zone: event.data.zone }];
      return next;
    case 'patient-updated':
      return updated(state, event);
    case 'check-in-received': {
      const { fact } = event.data;
      next.checkIns = state.checkIns.with(fact);
      next.received++;
      if (fact.at > next.watermark) next.watermark = fact.at;
      return next;
    }
    case 'rotation-measured':
    case 'rotation-corrected':
      next.readings = [
        ...state.readings.filter(({ id }) => id !== event.data.id),
        withSharedSeries(event.data.fact),
      ];
      next.received++;
      return next;
    case 'recording-finished':
      next.recordings = [...state.recordings, event.data.fact];
      next.received++;
      next.devices = afterRecording(state.devices, event);
      return next;
    case 'override-recorded':
      next.overrides = [...state.overrides, event.data.fact];
      next.received++;
      return next;
    case 'questionnaire-scored':
      next.questionnaires = [...state.questionnaires, { ...event.data.fact, said: event.at }].sort(
        (a, b) => a.at - b.at,
      );
      next.received++;
      return next;
    case 'education-acknowledged':
      next.acknowledged = [...state.acknowledged, event.data.fact];
      return next;
    case 'target-decided':
    case 'target-tightened':
      next.targets = [...state.targets, targetToKeep(event.data.fact)];
      return next;
    case 'phase-changed':
      next.phases = [...state.phases, withSharedReason(event.data.fact)];
      return next;
    case 'week-closed':
      next.closed = [...state.closed, event.data.fact];
      return next;
    case 'data-missing':
      next.missingReportedFor = Date.parse(event.data.since);
      return next;
    case 'rotation-missing':
      next.rotationMissingFor = Date.parse(event.data.since);
      return next;
    case 'device-assigned':
    case 'device-silent':
    case 'device-heard':
    case 'device-withdrawn':
      next.devices = devicesAfter(state.devices, event);
      return next;
    case 'pain-threshold-crossed':
    case 'red-flag-reported':
    case 'amber-flag-reported':
    case 'fear-rising':
    case 'exercise-stopped':
    case 'programme-suspended':
    case 'programme-resumed':
      return state;
    default:
      return event satisfies never;
  }
}

function updated(state: ProgrammeState, { data }: EventOf<'patient-updated'>): ProgrammeState {
  const enrolment = state.enrolment && { ...state.enrolment, ...data.fact };
  if (!data.zone) return { ...state, enrolment };
  const zones = withZone(state.zones, { from: data.zone.from, zone: data.zone.zone });
  return { ...state, enrolment, zones, targets: targetsIn(zones, Date.parse(data.zone.told), state) };
}

/** What was set for a time to come stays at its instant when the zone changes: its week may now begin at another. */
function targetsIn(zones: readonly ZoneFrom[], told: Instant, state: ProgrammeState): Standing['targets'] {
  const calendar = calendarOf(zones);
  return state.targets.map((target) =>
    (target.setByClinician || target.decision === 'start') && target.shownFrom > told
      ? { ...target, weekStart: calendar.weekOf(target.shownFrom).start }
      : target,
  );
}
