import { nameId } from '@coxa/contracts';
import type { AlarmCommand } from '@coxa/domain';
import {
  consumeByKey,
  type LogBatch,
  type LogMessage,
  type Order,
  ParkingLot,
  runMessages,
} from '@coxa/eventing';
import { Background, consumes } from '@coxa/platform';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { decodeProgrammeEvent } from './alarm-codec.js';
import { Alarms } from './alarms.js';

export const group = 'notification';

/** After each batch, so that a crowd comes together: to look for messages and to commit costs as much as to handle one. */
const unhurriedMs = 10;

/** What the programme decided, into alarms. */
@Controller()
export class ProgramEventsConsumer {
  constructor(
    @Inject(Alarms) private readonly alarms: Alarms,
    @Inject(ParkingLot) private readonly parking: ParkingLot,
    @Inject(Background) private readonly background: Background,
  ) {}

  @EventPattern(consumes(group, 'programEvents', { unhurriedMs }))
  async consume(@Payload() batch: LogBatch): Promise<void> {
    const { parking } = this;
    const { signal } = this.background;
    await consumeByKey(batch, {
      group,
      parking,
      signal,
      handler: (key, messages) => this.handle(key, messages, true),
    });
  }

  /**
   * Also what a replay of parked messages runs through, which may be asked for in any process: only whoever consumes the partition is `alone`.
   * Nobody else observes anything for its patients, and what people do to alarms (acknowledge, assign, comment, clear) lets nothing follow
   * from an observation from which nothing followed before.
   */
  handle(
    patientId: string,
    messages: readonly LogMessage[],
    alone = false,
  ): Promise<{ done: number; error?: unknown }> {
    return runMessages(messages, toOrder, (orders) => this.alarms.run(patientId, orders, alone));
  }
}

function toOrder(message: LogMessage): Order<AlarmCommand> {
  const { id, sequence, event } = decodeProgrammeEvent(message);
  const traceparent = message.headers['ce_traceparent'];
  return {
    messageId: id,
    command: {
      kind: 'observe',
      sequence,
      event,
      // Few events raise anything: the names are made only when they are asked for.
      get alarmId() {
        return nameId(`alarm/${id}`);
      },
      get noticeId() {
        return nameId(`notice/${id}`);
      },
    },
    ...(traceparent ? { metadata: { traceparent } } : {}),
  };
}
