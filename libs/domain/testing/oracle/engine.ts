import type { ProgrammeCommand } from '../../src/model/command.js';
import type { ProgrammeEvent } from '../../src/model/event.js';
import { decide } from '../../src/programme/decide.js';
import { Refusal } from '../../src/programme/refusal.js';
import { evolve, initialState, type ProgrammeState } from '../../src/programme/state.js';
import { defaultRuleset } from '../../src/ruleset.js';
import { type Arrival, arrivalsOf } from './arrivals.js';
import type { CheckIn, Inputs, Override, Reading } from './inputs.js';

const iso = (at: number): string => new Date(at).toISOString();

/** What the engine makes of a history told to it in order of receipt, and what of it was refused. */
export interface Told {
  readonly state: ProgrammeState;
  readonly events: readonly ProgrammeEvent[];
  readonly accepted: Inputs;
}

export function told(inputs: Inputs): Told {
  let state = initialState();
  const events: ProgrammeEvent[] = [];
  const refused = new Set<string>();
  const tell = (command: ProgrammeCommand, id: string): void => {
    try {
      for (const event of decide(command, state, defaultRuleset)) {
        state = evolve(state, event);
        events.push(event);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.add(id);
    }
  };
  tell(enrolment(inputs), 'enrolment');
  for (const arrival of arrivalsOf(inputs)) tell(commandOf(arrival), arrival.item.id);
  const overrides = inputs.overrides.filter(({ id }) => !refused.has(id));
  const baseline = { id: 'r0', at: inputs.enrolledAt, series, valuesDeg: [20, 21, 22] };
  return { state, events, accepted: { ...inputs, overrides, readings: [baseline, ...inputs.readings] } };
}

const commandOf = (arrival: Arrival): ProgrammeCommand => {
  switch (arrival.kind) {
    case 'check-in':
      return checkInCommand(arrival.item);
    case 'override':
      return overrideCommand(arrival.item);
    case 'reading':
      return readingCommand(arrival.item);
    case 'recording':
      return recordingCommand(arrival.item);
    case 'move':
      return moveCommand(arrival.item);
    case 'clock':
      return { kind: 'advance-clock', now: iso(arrival.at) };
    default:
      return arrival satisfies never;
  }
};

const series = {
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument: 'goniometer',
  measuredBy: 'dr-lee',
} as const;

function enrolment({ enrolledAt, zone, baselinePain, startExercise, startLoadKg }: Inputs): ProgrammeCommand {
  const at = iso(enrolledAt);
  const reading = { id: 'r0', at, series, valuesDeg: [20, 21, 22], uncertaintyDeg: null, faults: [] };
  return {
    kind: 'enrol',
    patientId: 'p1',
    enrolledAt: at,
    receivedAt: at,
    zone: zone.zone,
    side: 'left',
    birthYear: 1980,
    consent: { version: '1', at },
    screening: { flags: [], exclusions: [] },
    baseline: { pain: baselinePain, rotation: [reading] },
    education: { acknowledgedAt: at },
    startExercise,
    startLoadKg,
  };
}

function checkInCommand({
  at,
  receivedAt,
  now,
  worst,
  duringExercise,
  nextMorning,
  ...rest
}: CheckIn): ProgrammeCommand {
  const pain = {
    now,
    ...(worst === undefined ? {} : { worst }),
    ...(duringExercise === undefined ? {} : { duringExercise }),
    ...(nextMorning === undefined ? {} : { nextMorning }),
  };
  return { kind: 'record-check-in', checkIn: { ...rest, at: iso(at), pain }, receivedAt: iso(receivedAt) };
}

function overrideCommand({ id, override, from, until, receivedAt }: Override): ProgrammeCommand {
  return {
    kind: 'record-override',
    id,
    override,
    from: iso(from),
    ...(until === null ? {} : { until: iso(until) }),
    by: 'dr-lee',
    receivedAt: iso(receivedAt),
  };
}

const moveCommand = ({ at, zone }: Inputs['zone']['moves'][number]): ProgrammeCommand => ({
  kind: 'update-patient',
  zone,
  receivedAt: iso(at),
});

const readingCommand = ({ at, ...rest }: Reading): ProgrammeCommand => ({
  kind: 'record-rotation',
  rotation: { ...rest, at: iso(at), uncertaintyDeg: null, faults: [] },
  receivedAt: iso(at),
});

const recordingCommand = ({ id, at, purpose }: Inputs['recordings'][number]): ProgrammeCommand => ({
  kind: 'record-recording',
  sessionId: id,
  at: iso(at),
  purpose,
  receivedAt: iso(at),
});
