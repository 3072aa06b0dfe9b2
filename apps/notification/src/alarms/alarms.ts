import { type Names, namesOf } from '@coxa/contracts';
import {
  type AlarmCommand,
  type AlarmEvent,
  type AlarmsState,
  decideAlarms,
  evolveAlarms,
  initialAlarms,
} from '@coxa/domain';
import { CommandHandler, type EventStore, type Handled, type Order, type RunResult } from '@coxa/eventing';
import { CONFIG, type Config, EVENT_STORE } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';
import { alarmCodec } from './alarm-codec.js';

/** All alarms, decided patient by patient. */
@Injectable()
export class Alarms {
  readonly names: Names;
  private readonly handler: CommandHandler<AlarmsState, AlarmCommand, AlarmEvent>;

  constructor(@Inject(CONFIG) { prefix, events }: Config, @Inject(EVENT_STORE) store: EventStore) {
    this.names = namesOf(prefix);
    this.handler = new CommandHandler({
      store,
      decider: { initialState: initialAlarms, decide: decideAlarms, evolve: evolveAlarms },
      codec: alarmCodec,
      streamOf: this.names.alarmsStream,
      shared: events !== 'embedded',
    });
  }

  /** Observations of whoever consumes the patient's partition, or, when it is not `alone`, of somebody who handles a parked one again. */
  run(
    patientId: string,
    orders: readonly Order<AlarmCommand>[],
    alone: boolean,
  ): Promise<RunResult<AlarmEvent>> {
    return this.handler.run(patientId, orders, { alone });
  }

  /** Of a patient (default: of any) whose observations somebody else may have handled. */
  forget(patientId?: string): void {
    this.handler.forget(patientId);
  }

  handle(patientId: string, order: Order<AlarmCommand>): Promise<Handled<AlarmEvent>> {
    return this.handler.handle(patientId, order);
  }
}
