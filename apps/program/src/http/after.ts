import { MalformedError, parsePosition } from '@coxa/contracts';
import { EVENT_STORE, ProblemException } from '@coxa/platform';
import {
  countdown,
  type EventStore,
  type LogPosition,
  Progress,
  Projector,
  SharedQuestion,
  until,
} from '@coxa/eventing';
import { Inject, Injectable } from '@nestjs/common';
import { group } from '../consumers/check-ins.consumer.js';
import { Programmes } from '../programme/programmes.js';

/** In all. */
const waitMs = 5_000;

/** Read your own writes: waits until what a position stands for is in the views. */
@Injectable()
export class After {
  private readonly heads = new SharedQuestion<number | null>();

  constructor(
    @Inject(Progress) private readonly progress: Progress,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(Programmes) private readonly programmes: Programmes,
  ) {}

  /** @throws MalformedError for a position that was never given out; ProblemException `overloaded` when it takes too long */
  async wait(after: string | undefined): Promise<void> {
    if (after === undefined) return;
    const left = countdown(waitMs);
    const position = parsePosition(after);
    const head = position.in === 'log' ? await this.consumed(position, left) : position.position;
    if (position.in === 'events' && !(await this.exists(position.position))) throw neverGivenOut();
    const shown = await until(() => this.projector.reached(head), left());
    if (!shown) throw tooLate();
  }

  private async exists(position: number): Promise<boolean> {
    if (position <= (this.programmes.seen ?? -1)) return true;
    return position <= ((await this.head()) ?? -1);
  }

  /** Where the event store stands, asked once for all who wait at the moment. */
  private head(): Promise<number | null> {
    return this.heads.ask('head', () => this.events.head());
  }

  /** Waits for the consumer to pass a message; answers an event that all which follows from it lies before. */
  private async consumed(position: LogPosition, left: () => number): Promise<number | null> {
    const { checkIns, readings } = this.programmes.names;
    if (position.topic !== checkIns && position.topic !== readings) throw neverGivenOut();
    const passed = await this.progress.passed(group, position, left());
    if (passed === 'unknown') throw neverGivenOut();
    if (passed === 'late') throw tooLate();
    // Of a recording another process may have measured a part.
    return passed === 'here' && position.topic === checkIns ? this.programmes.seen : this.head();
  }
}

const neverGivenOut = () => new MalformedError('this position was never given out', { query: 'after' });

const tooLate = () =>
  new ProblemException('overloaded', {
    detail: 'The view has not caught up with that position yet.',
    retryAfterS: 1,
  });
