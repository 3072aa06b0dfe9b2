import { MalformedError, type Names, namesOf, parsePosition } from '@coxa/contracts';
import {
  countdown,
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

/** In all. */
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
    if (after !== undefined) await this.follow(after, countdown(waitMs));
  }

  /** The same for the plans of deliveries. */
  async waitForDeliveries(after: string | undefined): Promise<void> {
    if (after === undefined) return;
    const left = countdown(waitMs);
    await this.follow(after, left);
    const decided = await this.events.head();
    await reach(() => this.outbox.reached(decided), left);
    const planned = await this.events.head();
    await reach(() => this.projector.reached(planned), left);
  }

  private async follow(after: string, left: () => number): Promise<void> {
    const position = parsePosition(after);
    if (position.in === 'log') await this.consumed(position, left);
    const head = await this.events.head();
    if (position.in === 'events' && position.position > (head ?? -1)) throw neverGivenOut();
    await this.through(position.in === 'events' ? position.position : head, left);
  }

  private async consumed(position: LogPosition, left: () => number): Promise<void> {
    const { checkIns, readings } = this.names;
    if (position.topic !== checkIns && position.topic !== readings) throw neverGivenOut();
    const passed = await this.progress.passed(program, position, left());
    if (passed === 'unknown') throw neverGivenOut();
    if (passed === 'late') throw tooLate();
  }

  private async through(head: number | null, left: () => number): Promise<void> {
    if (head === null) return;
    await reach(() => this.published.reached(head), left);
    if (!(await this.progress.passedAll(group, this.names.programEvents, left()))) throw tooLate();
    const decided = await this.events.head();
    await reach(() => this.projector.reached(decided), left);
  }
}

async function reach(condition: () => Promise<boolean> | boolean, left: () => number): Promise<void> {
  if (!(await until(condition, left()))) throw tooLate();
}

const neverGivenOut = () => new MalformedError('this position was never given out', { query: 'after' });

const tooLate = () =>
  new ProblemException('overloaded', {
    detail: 'The view has not caught up with that position yet.',
    retryAfterS: 1,
  });
