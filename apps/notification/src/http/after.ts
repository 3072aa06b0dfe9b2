import { MalformedError, type Names, namesOf, parsePosition } from '@coxa/contracts';
import { consumed, type EventStore, type MessageLog, until, type ViewStore } from '@coxa/eventing';
import { CONFIG, type Config, EVENT_STORE, MESSAGE_LOG, ProblemException, VIEW_STORE } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';
import { group } from '../alarms/program-events.consumer.js';
import { Outbox } from '../deliveries/outbox.js';
import { NotificationProjector } from '../notification-projector.js';

const waitMs = 5_000;

/** Follows a position through programme, relay and alarms until the alarm views hold what came of it. */
@Injectable()
export class AfterAlarms {
  private readonly names: Names;

  constructor(
    @Inject(CONFIG) { prefix }: Config,
    @Inject(MESSAGE_LOG) private readonly log: MessageLog,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(NotificationProjector) private readonly projector: NotificationProjector,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {
    this.names = namesOf(prefix);
  }

  /** @throws MalformedError for a position that was never given out; ProblemException `overloaded` when it takes too long */
  async wait(after: string | undefined): Promise<void> {
    if (after === undefined) return;
    const position = parsePosition(after);
    if (position.in === 'events') {
      if (position.position > ((await this.events.head()) ?? -1))
        throw new MalformedError('this position was never given out');
      await this.through(position.position);
      return;
    }
    const { topic, partition, offset } = position;
    const place = async () =>
      (await this.log.offsets(topic, 'program').catch(() => [])).find((each) => each.partition === partition);
    if (offset >= ((await place())?.end ?? 0)) throw new MalformedError('this position was never given out');
    await this.reach(async () => ((await place())?.committed ?? 0) > offset);
    await this.through(await this.events.head());
  }

  /** The same for the plans of deliveries. */
  async waitForDeliveries(after: string | undefined): Promise<void> {
    if (after === undefined) return;
    await this.wait(after);
    const decided = await this.events.head();
    await this.reach(() => this.outbox.reached(decided));
    const planned = await this.events.head();
    await this.reach(() => this.projector.reached(planned));
  }

  private async through(head: number | null): Promise<void> {
    if (head === null) return;
    await this.reach(async () => ((await this.views.positions('relay-program'))['events'] ?? -1) >= head);
    await this.reach(() => consumed(this.log, group, this.names.programEvents));
    const decided = await this.events.head();
    await this.reach(() => this.projector.reached(decided));
  }

  private async reach(condition: () => Promise<boolean> | boolean): Promise<void> {
    if (!(await until(condition, waitMs)))
      throw new ProblemException('overloaded', {
        detail: 'The view has not caught up with that position yet.',
        retryAfterS: 1,
      });
  }
}
