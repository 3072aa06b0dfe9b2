import {
  decide,
  defaultRuleset,
  evolve,
  initialState,
  type ProgrammeCommand,
  type ProgrammeEvent,
  type ProgrammeState,
} from '@coxa/domain';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { atLeast, atMost, inClass, median, type Result } from '../support/result.js';

const dayMs = 86_400_000;
const first = Date.parse('2016-01-04T08:00:00Z');

/** Commands of one person: a check-in a day, strength on Tuesdays with the morning after, and the clock at each closing. */
function* commandsOf(patientId: string, weeks: number): Generator<ProgrammeCommand> {
  const at = iso(first);
  const series = {
    side: 'left',
    position: 'seated',
    motion: 'active',
    instrument: 'goniometer',
    measuredBy: 'dr-lee',
  } as const;
  yield {
    kind: 'enrol',
    patientId,
    enrolledAt: at,
    zone: 'Europe/Berlin',
    side: 'left',
    birthYear: 1980,
    consent: { version: '1', at },
    screening: { flags: [], exclusions: [] },
    baseline: {
      pain: 2,
      rotation: [{ id: 'r0', at, series, valuesDeg: [20, 21, 22], uncertaintyDeg: null, faults: [] }],
    },
    education: { acknowledgedAt: at },
    startLoadKg: 10,
    receivedAt: at,
  };
  for (let day = 0; day < weeks * 7; day++) {
    const when = iso(first + day * dayMs + 12 * 3_600_000);
    const strength = day % 7 === 1;
    const session = strength
      ? ({
          kind: 'strength',
          exercise: 'squat',
          sets: Array.from({ length: 3 }, () => ({ reps: 15, loadKg: 60 })),
        } as const)
      : day % 7 === 3 || day % 7 === 5
        ? ({ kind: 'practice', exercise: 'active-ir-seated' } as const)
        : undefined;
    yield {
      kind: 'record-check-in',
      checkIn: {
        id: `c${day}`,
        at: when,
        pain: {
          now: 1 + (day % 3),
          site: 'groin',
          side: 'left',
          ...(strength ? { duringExercise: 2 } : {}),
          ...(day % 7 === 2 ? { nextMorning: 2 } : {}),
        },
        ...(session ? { session } : {}),
        ...(strength ? { understanding: 4, feltTarget: true, controllable: true } : {}),
      },
      receivedAt: when,
    };
  }
}

const iso = (at: number): string => new Date(at).toISOString();

function live(patientId: string, weeks: number): { state: ProgrammeState; events: ProgrammeEvent[] } {
  let state = initialState();
  const events: ProgrammeEvent[] = [];
  for (const command of commandsOf(patientId, weeks))
    for (const event of decide(command, state, defaultRuleset)) {
      state = evolve(state, event);
      events.push(event);
    }
  return { state, events };
}

/** The programme alone: no store, no HTTP. The first figure is taken from a cold start, before anything has been compiled. */
export function run(): Promise<Result[]> {
  return Promise.resolve([...speed(), folding(), memory(12), memory(52)]);
}

const patients = 1_500;
const weeks = 12;

/** decide + evolve of many people's twelve weeks, the very first call included. */
function speed(): Result[] {
  const commands = Array.from({ length: patients }, (_, n) => [...commandsOf(`p${n}`, weeks)]);
  const start = process.cpuUsage();
  let events = 0;
  for (const own of commands) {
    let state = initialState();
    for (const command of own)
      for (const event of decide(command, state, defaultRuleset)) {
        state = evolve(state, event);
        events++;
      }
  }
  // Time of the processor, not of the wall: what else the machine does is no part of it; the collector's threads are.
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  return [
    atLeast(`decide + evolve, ${events} events from a cold start`, events / seconds, 300_000, 'events/s'),
  ];
}

/** Ten years of one person, folded from the events. */
function folding(): Result {
  const { events } = live('old', 520);
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    events.reduce(evolve, initialState());
    return performance.now() - start;
  });
  return inClass(`ten years of one patient folded, ${events.length} events`, median(times), 50, 'ms');
}

/** A full collection, so that only what is alive is counted. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** What a live state keeps, people after people, less what was there before. */
function memory(age: number): Result {
  const count = 400;
  const histories = Array.from({ length: count }, (_, n) => JSON.stringify(live(`m${n}`, age).events));
  collect();
  const before = process.memoryUsage().heapUsed;
  const states = histories.map((text) =>
    (JSON.parse(text) as ProgrammeEvent[]).reduce(evolve, initialState()),
  );
  collect();
  const each = (process.memoryUsage().heapUsed - before) / count / 1024;
  if (states.length !== count) throw new Error('a state was lost');
  return atMost(`live state of a patient after ${age} weeks`, each, 20, 'KB');
}
