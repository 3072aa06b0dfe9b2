import { MalformedError, parsePosition } from '@coxa/contracts';
import { type EventStore, type MessageLog, Projector, SharedQuestion, until } from '@coxa/eventing';
import { EVENT_STORE, MESSAGE_LOG, ProblemException } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';
import { group } from '../consumers/check-ins.consumer.js';

const waitMs = 5_000;

/** Read your own writes: waits until what a position stands for is in the views. */
@Injectable()
export class After {
  private readonly heads = new SharedQuestion<number | null>();

  constructor(
    @Inject(MESSAGE_LOG) private readonly log: MessageLog,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(Projector) private readonly projector: Projector,
  ) {}

  /** @throws MalformedError for a position that was never given out; ProblemException `overloaded` when it takes too long */
  async wait(after: string | undefined): Promise<void> {
    if (after === undefined) return;
    const position = parsePosition(after);
    const head = position.in === 'log' ? await this.consumed(position) : position.position;
    if (position.in === 'events' && position.position > ((await this.head()) ?? -1))
      throw new MalformedError('this position was never given out');
    const shown = await until(() => this.projector.reached(head), waitMs);
    if (!shown) throw tooLate();
  }

  /** Where the event store stands, asked once for all who wait at the moment. */
  private head(): Promise<number | null> {
    return this.heads.ask('head', () => this.events.head());
  }

  /** Waits for the consumer to pass an offset; answers where the event store then stands. */
  private async consumed({
    topic,
    partition,
    offset,
  }: {
    topic: string;
    partition: number;
    offset: number;
  }): Promise<number | null> {
    const place = async () => {
      const offsets = await this.log.offsets(topic, group).catch(() => []);
      return offsets.find((each) => each.partition === partition);
    };
    if (offset >= ((await place())?.end ?? 0)) throw new MalformedError('this position was never given out');
    if (!(await until(async () => ((await place())?.committed ?? 0) > offset, waitMs))) throw tooLate();
    return this.head();
  }
}

const tooLate = () =>
  new ProblemException('overloaded', {
    detail: 'The view has not caught up with that position yet.',
    retryAfterS: 1,
  });
