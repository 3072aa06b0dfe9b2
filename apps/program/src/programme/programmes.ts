import { type Names, namesOf } from '@coxa/contracts';
import { defaultRuleset, type ProgrammeEvent, type ProgrammeState, type Ruleset } from '@coxa/domain';
import {
  type Clock,
  CommandHandler,
  type EventStore,
  type Handled,
  type Order,
  type RunResult,
} from '@coxa/eventing';
import { CLOCK, CONFIG, type Config, EVENT_STORE } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';
import {
  decodePatientEvent,
  dueOf,
  patientCodec,
  type PatientCommand,
  patientDecider,
  type PatientEvent,
  type PatientState,
} from './patient-decider.js';

/** All programmes: the one way to change one, and to look at its state. */
@Injectable()
export class Programmes {
  readonly ruleset: Ruleset = defaultRuleset;
  readonly names: Names;
  /** Patient → when the clock next has something to do for them. */
  readonly due = new Map<string, number>();
  private readonly handler: CommandHandler<PatientState, PatientCommand, PatientEvent>;
  private readonly listeners = new Set<(at: number) => void>();

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.names = namesOf(config.prefix);
    this.handler = new CommandHandler({
      store,
      decider: patientDecider(this.ruleset),
      codec: patientCodec,
      streamOf: this.names.programmeStream,
      // About 160 bytes an event: 13 MB of states, some 700 people twelve weeks in.
      cachedEvents: 80_000,
      shared: config.events !== 'embedded',
    });
  }

  /** Present time as the events write it. */
  now(): string {
    return new Date(this.clock.now()).toISOString();
  }

  /** Where the event store stands. */
  async head(): Promise<number> {
    return (await this.store.head()) ?? 0;
  }

  /** Position of the newest event that is known here: what has been handled in this process lies before it. Null before the first. */
  get seen(): number | null {
    return this.handler.seen;
  }

  async handle(patientId: string, order: Order<PatientCommand>): Promise<Handled<PatientEvent>> {
    const handled = await this.handler.handle(patientId, order);
    await this.handler.inspectKept(patientId, (state) => this.remind(patientId, state));
    return handled;
  }

  async run(patientId: string, orders: readonly Order<PatientCommand>[]): Promise<RunResult<PatientEvent>> {
    const result = await this.handler.run(patientId, orders);
    await this.handler.inspectKept(patientId, (state) => this.remind(patientId, state));
    return result;
  }

  /** Everything that happened in a patient's programme, in order. */
  async history(patientId: string): Promise<ProgrammeEvent[]> {
    const stored = await this.store.readStream(this.names.programmeStream(patientId));
    return stored.map(decodePatientEvent).filter((event) => event.type !== 'patient-registered');
  }

  /** The state as it is now, or was at some moment after `since` (by `performance.now()`): when whoever looks began to ask. */
  inspect<T>(patientId: string, read: (state: ProgrammeState) => T, since?: number): Promise<T> {
    return this.handler.inspect(patientId, ({ programme }) => read(programme), since);
  }

  /** Learns when the patient's next closing is due. */
  async schedule(patientId: string): Promise<void> {
    await this.handler.inspect(patientId, (state) => this.remind(patientId, state));
  }

  private remind(patientId: string, state: PatientState): void {
    const at = dueOf(state, this.ruleset);
    if (at === null) this.due.delete(patientId);
    if (at === null || this.due.get(patientId) === at) return;
    this.due.set(patientId, at);
    for (const listener of this.listeners) listener(at);
  }

  onSchedule(listener: (at: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
