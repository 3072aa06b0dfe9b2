import type { ProgrammeCommand } from '../../src/model/command.js';
import { decide } from '../../src/programme/decide.js';
import { Refusal } from '../../src/programme/refusal.js';
import { evolve, initialState, type ProgrammeState } from '../../src/programme/state.js';
import { defaultRuleset } from '../../src/ruleset.js';
import { type CheckIn, hour, type Inputs, type Override, type Reading } from './inputs.js';

const iso = (at: number): string => new Date(at).toISOString();

/** What the engine makes of a history told to it in order of receipt, and what of it was refused. */
export interface Told {
  readonly state: ProgrammeState;
  readonly accepted: Inputs;
}

export function told(inputs: Inputs): Told {
  let state = initialState();
  const refused = new Set<string>();
  const tell = (command: ProgrammeCommand, id: string): void => {
    try {
      for (const event of decide(command, state, defaultRuleset)) state = evolve(state, event);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.add(id);
    }
  };
  tell(enrolment(inputs), 'enrolment');
  const arrivals = [
    ...inputs.checkIns.map((item) => ({ item, at: item.receivedAt, command: checkInCommand(item) })),
    ...inputs.overrides.map((item) => ({ item, at: item.receivedAt, command: overrideCommand(item) })),
    ...inputs.readings.map((item) => ({ item, at: item.at, command: readingCommand(item) })),
    ...inputs.recordings.map((item) => ({ item, at: item.at, command: recordingCommand(item) })),
    ...inputs.zone.moves.map((item) => ({ item, at: item.at, command: moveCommand(item) })),
    ...clockOf(inputs),
  ].sort((a, b) => a.at - b.at);
  for (const { item, command } of arrivals) tell(command, item.id);
  const overrides = inputs.overrides.filter(({ id }) => !refused.has(id));
  const baseline = { id: 'r0', at: inputs.enrolledAt, series, valuesDeg: [20, 21, 22] };
  return { state, accepted: { ...inputs, overrides, readings: [baseline, ...inputs.readings] } };
}

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

/** In half of the histories the clock closes the weeks, in the others the check-ins do. */
function clockOf({ enrolledAt, checkIns }: Inputs) {
  if (checkIns.length % 2 === 0) return [];
  return Array.from({ length: 40 }, (_, place) => {
    const at = enrolledAt + place * 61 * hour;
    const command: ProgrammeCommand = { kind: 'advance-clock', now: iso(at) };
    return { item: { id: `clock${place}` }, at, command };
  });
}
