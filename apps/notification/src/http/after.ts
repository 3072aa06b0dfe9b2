import { MalformedError, type Names, namesOf, parsePosition } from '@coxa/contracts';
import {
  type EventStore,
  type LogPosition,
  Progress,
  Published,
  savedAs,
  until,
  type ViewStore,
} from '@coxa/eventing';
import { CONFIG, type Config, EVENT_STORE, ProblemException, sharesViews, VIEW_STORE } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';
import { group } from '../alarms/program-events.consumer.js';
import { Outbox } from '../deliveries/outbox.js';
import { NotificationProjector } from '../notification-projector.js';

const waitMs = 5_000;
/** The group that handles what positions of the log stand for, and the relay that publishes what came of it. */
const program = 'program';

/** Follows a position through programme, relay and alarms until the alarm views hold what came of it. */
@Injectable()
export class AfterAlarms {
  private readonly names: Names;
  private readonly published: Published;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(Progress) private readonly progress: Progress,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(VIEW_STORE) views: ViewStore,
    @Inject(NotificationProjector) private readonly projector: NotificationProjector,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {
    this.names = namesOf(config.prefix);
    this.published = new Published(views, savedAs(program), sharesViews(config));
  }

  /** @throws MalformedError for a position that was never given out; ProblemException `overloaded` when it takes too long */
  async wait(after: string | undefined): Promise<void> {
    if (after === undefined) return;
    const position = parsePosition(after);
    if (position.in === 'log') await this.consumed(position);
    const head = await this.events.head();
    if (position.in === 'events' && position.position > (head ?? -1)) throw neverGivenOut();
    await this.through(position.in === 'events' ? position.position : head);
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

  private async consumed(position: LogPosition): Promise<void> {
    const { checkIns, readings } = this.names;
    if (position.topic !== checkIns && position.topic !== readings) throw neverGivenOut();
    const passed = await this.progress.passed(program, position, waitMs);
    if (passed === 'unknown') throw neverGivenOut();
    if (passed === 'late') throw tooLate();
  }

  private async through(head: number | null): Promise<void> {
    if (head === null) return;
    await this.reach(() => this.published.reached(head));
    if (!(await this.progress.passedAll(group, this.names.programEvents, waitMs))) throw tooLate();
    const decided = await this.events.head();
    await this.reach(() => this.projector.reached(decided));
  }

  private async reach(condition: () => Promise<boolean> | boolean): Promise<void> {
    if (!(await until(condition, waitMs))) throw tooLate();
  }
}

const neverGivenOut = () => new MalformedError('this position was never given out', { query: 'after' });

const tooLate = () =>
  new ProblemException('overloaded', {
    detail: 'The view has not caught up with that position yet.',
    retryAfterS: 1,
  });
