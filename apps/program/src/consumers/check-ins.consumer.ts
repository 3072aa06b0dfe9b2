import { fromHeaders, type LoggedCheckIn, storedJson } from '@coxa/contracts';
import {
  consumeByKey,
  type LogBatch,
  type LogMessage,
  EngineError,
  type Order,
  ParkingLot,
  runMessages,
} from '@coxa/eventing';
import { Background, consumes } from '@coxa/platform';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Programmes } from '../programme/programmes.js';
import type { PatientCommand } from '../programme/patient-decider.js';

export const group = 'program';

/** After each batch, so that a crowd comes together: to look for messages and to commit costs as much as to handle one. */
const unhurriedMs = 10;

/** Check-ins into the decider, patient by patient, a batch at a time. */
@Controller()
export class CheckInsConsumer {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(ParkingLot) private readonly parking: ParkingLot,
    @Inject(Background) private readonly background: Background,
  ) {}

  @EventPattern(consumes(group, 'checkIns', { unhurriedMs }))
  async consume(@Payload() batch: LogBatch): Promise<void> {
    const { parking } = this;
    const { signal } = this.background;
    await consumeByKey(batch, {
      group,
      parking,
      signal,
      handler: (key, messages) => this.handle(key, messages),
    });
  }

  /** Also what a replay of parked messages runs through. */
  handle(patientId: string, messages: readonly LogMessage[]): Promise<{ done: number; error?: unknown }> {
    return runMessages(messages, toOrder, (orders) => this.programmes.run(patientId, orders));
  }
}

function toOrder({ value, headers, appendedAt }: LogMessage): Order<PatientCommand> {
  const { id, time, traceparent } = fromHeaders(headers);
  let checkIn: LoggedCheckIn;
  try {
    checkIn = storedJson(value) as LoggedCheckIn;
  } catch (cause) {
    throw new EngineError('undecodable', 'the check-in is not JSON', { cause });
  }
  if (
    typeof checkIn?.id !== 'string' ||
    typeof checkIn.at !== 'string' ||
    typeof checkIn.pain?.now !== 'number' ||
    !id
  )
    throw new EngineError('undecodable', 'the message is not a check-in');
  const { patientId: _patient, sealedNote, ...report } = checkIn;
  const receivedAt = time || new Date(appendedAt).toISOString();
  return {
    messageId: id,
    command: { kind: 'record-check-in', checkIn: report, receivedAt },
    metadata: { ...(sealedNote ? { sealed: sealedNote } : {}), ...(traceparent ? { traceparent } : {}) },
  };
}
