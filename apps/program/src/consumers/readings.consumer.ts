import { consumeByKey, type LogBatch, ParkingLot } from '@coxa/eventing';
import { Background, consumes } from '@coxa/platform';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { SessionKeeper } from '../sessions/session-keeper.js';
import { batchOf } from '../sessions/session-fold.js';
import { group } from './check-ins.consumer.js';
import type { LogMessage } from '@coxa/eventing';

/** Batches of samples into sessions. */
@Controller()
export class ReadingsConsumer {
  constructor(
    @Inject(SessionKeeper) private readonly sessions: SessionKeeper,
    @Inject(ParkingLot) private readonly parking: ParkingLot,
    @Inject(Background) private readonly background: Background,
  ) {}

  @EventPattern(consumes(group, 'readings'))
  async consume(@Payload() batch: LogBatch): Promise<void> {
    const { parking } = this;
    const { signal } = this.background;
    // One position for the whole partition: the keys take turns, so that the view never runs ahead of a key that failed.
    const sound: LogMessage[] = [];
    await consumeByKey(
      { ...batch, commit: () => Promise.resolve() },
      {
        group,
        parking,
        signal,
        handler: (_key, messages) => {
          let done = 0;
          for (const message of messages) {
            try {
              batchOf(message);
            } catch (error) {
              return Promise.resolve({ done, error });
            }
            sound.push(message);
            done++;
          }
          return Promise.resolve({ done });
        },
      },
    );
    sound.sort((a, b) => a.offset - b.offset);
    if (sound.length > 0) await this.sessions.take(batch.partition, sound);
    await batch.commit(batch.messages.at(-1)!.offset + 1);
  }

  /** Replay of parked batches: they are folded in where they belong. */
  async handle(_key: string, messages: readonly LogMessage[]): Promise<{ done: number; error?: unknown }> {
    for (const message of messages) batchOf(message);
    await this.sessions.takeAgain(messages);
    return { done: messages.length };
  }
}
