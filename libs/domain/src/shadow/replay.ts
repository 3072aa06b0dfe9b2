import type { ProgrammeCommand, RotationReport } from '../model/command.js';
import type { EventOf, ProgrammeEvent } from '../model/event.js';
import type { OverrideFact, OverrideValue } from '../model/facts.js';
import { nextDue, openWeek } from '../programme/closing.js';
import { decide } from '../programme/decide.js';
import { Refusal } from '../programme/refusal.js';
import { evolve, initialState, type ProgrammeState } from '../programme/state.js';
import type { Ruleset } from '../ruleset.js';

/** What a history would have led to. */
export interface Replayed {
  readonly state: ProgrammeState;
  readonly events: readonly ProgrammeEvent[];
  /** Inputs that these rules would have refused, such as a phase that a clinician set before the start was met. */
  readonly refused: readonly { readonly at: string; readonly type: string; readonly reason: string }[];
}

/**
 * Runs the inputs of a history through the rules again, in the order in which they were received, and closes weeks where they were closed.
 * Under the ruleset that decided it the very same decisions come out. Where the late window differs, weeks are closed when they would have been due, up to `now`.
 * Readings are taken as they were judged (M1): the raw values are not part of the event.
 */
export function replay(
  history: readonly ProgrammeEvent[],
  ruleset: Ruleset,
  decidedWith: Ruleset,
  now?: number,
): Replayed {
  const sameWindow = ruleset.parameters.lateWindowH === decidedWith.parameters.lateWindowH;
  const events: ProgrammeEvent[] = [];
  const refused: { at: string; type: string; reason: string }[] = [];
  let state = initialState();
  const run = (command: ProgrammeCommand, cause: ProgrammeEvent) => {
    try {
      for (const event of decide(command, state, ruleset)) {
        state = evolve(state, event);
        events.push(event);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push({ at: cause.at, type: cause.type, reason: error.message });
    }
  };
  for (const event of history) {
    if (!sameWindow && state.enrolment) closeUntil(Date.parse(event.recordedAt), event);
    const command = commandOf(event);
    if (command) run(command, event);
    else if (sameWindow && broughtByClock(event, state))
      run({ kind: 'advance-clock', now: event.recordedAt }, event);
  }
  const last = history.at(-1);
  if (!sameWindow && now !== undefined && last) closeUntil(now, last);
  return { state, events, refused };

  /** The clock as it would have gone, one due instant after the other. */
  function closeUntil(now: number, cause: ProgrammeEvent): void {
    for (let due = nextDue(state, ruleset); due !== null && due <= now;) {
      run({ kind: 'advance-clock', now: new Date(due).toISOString() }, cause);
      const next = nextDue(state, ruleset);
      due = next === due ? null : next;
    }
  }
}

/** Whether the clock has brought it, and is to be asked again: a week that was closed once need not be closed anew. */
function broughtByClock(event: ProgrammeEvent, state: ProgrammeState): boolean {
  if (event.type === 'week-closed') return openWeek(state).end <= event.data.fact.end;
  return event.type === 'data-missing' || event.type === 'device-silent' || event.type === 'rotation-missing';
}

/** The command that brought an event, when it is an input; null for what was decided. */
function commandOf(event: ProgrammeEvent): ProgrammeCommand | null {
  const { at, recordedAt: receivedAt } = event;
  switch (event.type) {
    case 'patient-enrolled':
      return enrolOf(event);
    case 'patient-updated': {
      const { fact, zone } = event.data;
      return {
        kind: 'update-patient',
        receivedAt,
        ...(zone ? { zone: zone.zone } : {}),
        ...(fact.consentAt ? { consent: { version: '', at: iso(fact.consentAt) } } : {}),
        ...(fact.educationAt ? { education: { acknowledgedAt: iso(fact.educationAt) } } : {}),
        ...(fact.baselinePain ? { baselinePain: fact.baselinePain.value } : {}),
      };
    }
    case 'check-in-received':
      return { kind: 'record-check-in', checkIn: event.data.checkIn, receivedAt };
    case 'rotation-measured':
    case 'rotation-corrected':
      return { kind: 'record-rotation', rotation: reportOf(event), receivedAt };
    case 'recording-finished': {
      const { sessionId, purpose, heardAt } = event.data;
      return {
        kind: 'record-recording',
        sessionId,
        at,
        purpose,
        ...(heardAt ? { heardAt } : {}),
        receivedAt,
      };
    }
    case 'device-assigned':
      return { kind: 'assign-device', ...event.data, at, receivedAt };
    case 'device-withdrawn':
      return { kind: 'withdraw-device', deviceId: event.data.deviceId, receivedAt };
    case 'override-recorded':
      return overrideOf(event.data.fact, receivedAt);
    case 'questionnaire-scored': {
      const { id, measure, version, answers } = event.data.fact;
      return {
        kind: 'record-questionnaire',
        questionnaire: { id, at, measure, version, answers },
        receivedAt,
      };
    }
    case 'education-acknowledged':
      return { kind: 'acknowledge-education', topic: event.data.topic, at, receivedAt };
    default:
      return null;
  }
}

const iso = (at: number): string => new Date(at).toISOString();

/** An enrolment without its readings: each is an event of its own, and comes next. */
function enrolOf({ at, recordedAt, data }: EventOf<'patient-enrolled'>): ProgrammeCommand {
  const { patientId, side, birthYear, bodyMassKg, consentAt, screening, baselinePain, educationAt } =
    data.fact;
  const { flags, exclusions, cleared } = screening;
  return {
    kind: 'enrol',
    patientId,
    enrolledAt: at,
    zone: data.zone,
    side,
    birthYear,
    ...(bodyMassKg === undefined ? {} : { bodyMassKg }),
    consent: { version: '', at: iso(consentAt ?? Date.parse(at)) },
    screening: { flags, exclusions, ...(cleared ? { clearedBy: 'recorded' } : {}) },
    baseline: baselinePain ? { pain: baselinePain.value } : {},
    ...(educationAt === null ? {} : { education: { acknowledgedAt: iso(educationAt) } }),
    startExercise: data.fact.startExercise,
    startLoadKg: data.fact.startLoadKg,
    receivedAt: recordedAt,
  };
}

/** A reading as it was judged: its value three times, or none with the reasons against it. */
function reportOf({ at, data }: EventOf<'rotation-measured' | 'rotation-corrected'>): RotationReport {
  const { id, series, value, uncertaintyDeg, valid, reasons } = data;
  const valuesDeg = value === null ? [] : [value, value, value];
  return { id, at, series, valuesDeg, uncertaintyDeg, faults: valid ? [] : reasons };
}

function overrideOf(fact: OverrideFact, receivedAt: string): ProgrammeCommand {
  const { id, by, from, until } = fact;
  const override = (
    'value' in fact ? { kind: fact.kind, value: fact.value } : { kind: fact.kind }
  ) as OverrideValue;
  return {
    kind: 'record-override',
    id,
    override,
    by,
    // It was taken: who gave it need not be asked again.
    confirmed: true,
    from: iso(from),
    ...(until === null ? {} : { until: iso(until) }),
    receivedAt,
  };
}
