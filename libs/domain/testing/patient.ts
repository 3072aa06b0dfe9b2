import type { CheckInReport, EnrolCommand, ProgrammeCommand } from '../src/model/command.js';
import type { EventOf, ProgrammeEvent } from '../src/model/event.js';
import type { OverrideValue } from '../src/model/facts.js';
import { programmeAsOf } from '../src/programme/as-of.js';
import { decide } from '../src/programme/decide.js';
import { evolve, initialState, type ProgrammeState } from '../src/programme/state.js';
import type { ProgramView } from '../src/programme/view.js';
import { defaultRuleset } from '../src/ruleset.js';

type Said = Omit<Partial<CheckInReport>, 'at' | 'pain'> & {
  readonly now?: number;
  readonly pain?: Partial<CheckInReport['pain']>;
};

/** A person in a test: tells the decider what they do, at local times given as `2026-01-05T18:00` (UTC unless a zone says otherwise). */
export class Patient {
  state: ProgrammeState = initialState();
  readonly events: ProgrammeEvent[] = [];
  private count = 0;

  /** `unread`: the education that phase 1 waits for is still to come. */
  static enrolled(overrides: Partial<EnrolCommand> = {}, unread?: 'unread'): Patient {
    const patient = new Patient();
    const enrolledAt = overrides.enrolledAt ?? '2026-01-05T08:00:00Z';
    const series = {
      side: 'left',
      position: 'seated',
      motion: 'active',
      instrument: 'goniometer',
      measuredBy: 'dr-lee',
    } as const;
    patient.do({
      kind: 'enrol',
      patientId: 'p1',
      enrolledAt,
      zone: 'UTC',
      side: 'left',
      birthYear: 1980,
      consent: { version: '1', at: enrolledAt },
      screening: { flags: [], exclusions: [] },
      baseline: {
        pain: 3,
        rotation: [
          { id: 'r0', at: enrolledAt, series, valuesDeg: [20, 21, 22], uncertaintyDeg: null, faults: [] },
        ],
      },
      ...(unread ? {} : { education: { acknowledgedAt: enrolledAt } }),
      startLoadKg: 10,
      receivedAt: enrolledAt,
      ...overrides,
    });
    return patient;
  }

  do(command: ProgrammeCommand): readonly ProgrammeEvent[] {
    const events = decide(command, this.state, defaultRuleset);
    for (const event of events) this.apply(event);
    return events;
  }

  apply(event: ProgrammeEvent): void {
    this.state = evolve(this.state, event);
    this.events.push(event);
  }

  says(at: string, { now = 2, pain, ...rest }: Said = {}, receivedAt = at): readonly ProgrammeEvent[] {
    const side = now > 0 ? ({ site: 'groin', side: 'left' } as const) : {};
    const checkIn = { id: `c${this.count++}`, at: full(at), pain: { now, ...side, ...pain }, ...rest };
    return this.do({ kind: 'record-check-in', checkIn, receivedAt: full(receivedAt) });
  }

  /** A strength session that does what the target asks, and a quiet next morning. */
  trains(at: string, { duringExercise = 2, morning = 2, now = 2 } = {}): void {
    const [target] = this.program(at).targets;
    if (!target) throw new Error('there is no target');
    const { exercise, sets, reps, loadKg } = target;
    const session = {
      kind: 'strength',
      exercise,
      sets: Array.from({ length: sets }, () => ({ reps, loadKg })),
    } as const;
    this.says(at, { now, pain: { duringExercise }, session, understanding: 4, feltTarget: true });
    const nextDay = new Date(Date.parse(full(at)) + 86_400_000).toISOString().slice(0, 10);
    this.says(`${nextDay}T08:00`, { now, pain: { nextMorning: morning } });
  }

  override(
    from: string,
    override: OverrideValue,
    until?: string,
    receivedAt = from,
  ): readonly ProgrammeEvent[] {
    const id = `o${this.count++}`;
    return this.do({
      kind: 'record-override',
      id,
      override,
      from: full(from),
      by: 'dr-lee',
      receivedAt: full(receivedAt),
      ...(until ? { until: full(until) } : {}),
    });
  }

  clock(now: string): readonly ProgrammeEvent[] {
    return this.do({ kind: 'advance-clock', now: full(now) });
  }

  program(at: string): ProgramView {
    const view = programmeAsOf(this.state, Date.parse(full(at)), defaultRuleset);
    if (!view) throw new Error('not enrolled at that time');
    return view;
  }

  eventsOf<Type extends ProgrammeEvent['type']>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }
}

const full = (at: string): string => (at.length === 16 ? `${at}:00Z` : at);

/** `3x8@10 hold S6`: a target in one line. */
export const inShort = ({
  sets,
  reps,
  loadKg,
  decision,
  rule,
}: {
  readonly sets: number;
  readonly reps: number;
  readonly loadKg: number;
  readonly decision: string;
  readonly rule: string;
}): string => `${sets}x${reps}@${loadKg} ${decision} ${rule}`;

/** `squat 3x8@10 hold S6`, sorted by exercise. */
export const targetsOf = ({ targets }: ProgramView): string[] =>
  targets.map((target) => `${target.exercise} ${inShort(target)}`).sort();

/** The day `n` after a date, as `2026-01-05`. */
export const dayAfter = (date: string, n: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
