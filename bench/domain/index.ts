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
import { commandsOf, enrol, first, lives } from './lives.js';

/** A person of one of the lives, told as it happens. */
function live(person: number, weeks: number): { state: ProgrammeState; events: ProgrammeEvent[] } {
  let state = initialState();
  const events: ProgrammeEvent[] = [];
  for (const command of [enrol(`p${person}`), ...commandsOf(person, lives[person % lives.length]!, weeks)])
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

const patients = 8_500;
/** As many people as take half a second: most of that goes before everything is compiled. */
const part = 1_500;
const weeks = 12;

/**
 * decide + evolve of many people's twelve weeks, the very first call included; of these also the first, before everything is compiled, and the
 * last. What they send is made before, once for all who live alike.
 */
function speed(): Result[] {
  const sent = lives.map((life, n) => commandsOf(n, life, weeks));
  const commands = Array.from({ length: patients }, (_, n) => [enrol(`p${n}`), ...sent[n % lives.length]!]);
  const first = decided(commands.slice(0, part));
  const between = decided(commands.slice(part, patients - part));
  const last = decided(commands.slice(patients - part));
  const all = [first, between, last];
  const sum = (of: 'events' | 'seconds') => all.reduce((total, each) => total + each[of], 0);
  const row = (name: string, events: number, seconds: number) =>
    atLeast(`${name}${events} events`, events / seconds, 300_000, 'events/s');
  return [
    row('decide + evolve from a cold start, ', sum('events'), sum('seconds')),
    row('of these the first ', first.events, first.seconds),
    row('of these the last ', last.events, last.seconds),
  ];
}

function decided(commands: readonly (readonly ProgrammeCommand[])[]): { events: number; seconds: number } {
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
  // Time of the processor, not of the wall: what else the machine does is no part of it; the collector's and the compiler's threads are.
  const { user, system } = process.cpuUsage(start);
  return { events, seconds: (user + system) / 1e6 };
}

/** Ten years of one person, folded from the events. */
function folding(): Result {
  const { events } = live(0, 520);
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
  const histories = Array.from({ length: count }, (_, n) => JSON.stringify(live(n, age).events));
  collect();
  const before = process.memoryUsage().heapUsed;
  const now = new Date(first + (age * 7 + 4) * 86_400_000).toISOString();
  const states = histories.map((text) => {
    const state = (JSON.parse(text) as ProgrammeEvent[]).reduce(evolve, initialState());
    // Somebody live has been decided about, and keeps what was worked out for it.
    decide({ kind: 'advance-clock', now }, state, defaultRuleset);
    return state;
  });
  collect();
  const each = (process.memoryUsage().heapUsed - before) / count / 1024;
  if (states.length !== count) throw new Error('a state was lost');
  return atMost(`live state of a patient after ${age} weeks`, each, 20, 'KB');
}
