import { namesOf, type ReadingBatch, sampleCount } from '@coxa/contracts';
import { type LogMessage, type MessageLog, ParkingLot, Projector, Registry } from '@coxa/eventing';
import { NotificationProjector, ProgramEventsConsumer } from '@coxa/notification';
import { CONFIG, type Config, MESSAGE_LOG, notFound, ProblemException, Roles } from '@coxa/platform';
import { batchOf, CheckInsConsumer, ReadingsConsumer } from '@coxa/program';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';

const page = 1_000;

/** What the one who runs the system needs: rebuilding, verifying, parked messages. No clinical content. */
@ApiTags('operations')
@ApiBearerAuth()
@Controller('v1/ops')
export class OpsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MESSAGE_LOG) private readonly log: MessageLog,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(ParkingLot) private readonly parking: ParkingLot,
    @Inject(Projector) private readonly program: Projector,
    @Inject(NotificationProjector) private readonly notification: NotificationProjector,
    @Inject(CheckInsConsumer) private readonly checkIns: CheckInsConsumer,
    @Inject(ReadingsConsumer) private readonly readings: ReadingsConsumer,
    @Inject(ProgramEventsConsumer) private readonly programEvents: ProgramEventsConsumer,
  ) {}

  @Get('views')
  @Roles('operator')
  views() {
    return {
      items: this.projectors().flatMap(({ projections }) =>
        projections.map(({ name, version }) => ({ name, version })),
      ),
    };
  }

  /** Answers when the rebuilt view is in use. */
  @Post('views/:name/rebuild')
  @HttpCode(200)
  @Roles('operator')
  async rebuild(@Param('name') name: string) {
    const projector = this.projectors().find(({ projections }) =>
      projections.some((each) => each.name === name),
    );
    if (!projector) throw notFound();
    let events = 0;
    await projector.rebuild([name], (done) => (events = done));
    return { name, events };
  }

  /** Recomputes every view from the log and compares. */
  @Post('verify')
  @HttpCode(200)
  @Roles('operator')
  async verify() {
    const views: { name: string; equal: boolean }[] = [];
    for (const projector of this.projectors())
      for (const { name } of projector.projections) views.push({ name, equal: await projector.verify(name) });
    const names = namesOf(this.config.prefix);
    const faults: string[] = [];
    const checkIns = new Set<string>();
    const batches = new Set<string>();
    let samples = 0;
    for await (const message of this.all(names.checkIns)) checkIns.add(message.headers['ce_id'] ?? '');
    for await (const message of this.all(names.readings)) {
      const batch = readable(message, faults);
      if (!batch || batches.has(message.headers['ce_id']!)) continue;
      batches.add(message.headers['ce_id']!);
      samples += sampleCount(batch);
    }
    for (const { name, equal } of views)
      if (!equal)
        faults.push(`the view ${name} is not the fold of its events; rebuild it with: coxa rebuild ${name}`);
    return {
      ok: faults.length === 0,
      checkIns: checkIns.size,
      batches: batches.size,
      samples,
      views,
      faults,
    };
  }

  /** Whom the system knows, by their opaque ids. */
  @Get('patients')
  @Roles('operator')
  async patients() {
    await this.registry.catchUp();
    const items = [...this.registry.allPatients()].map(({ patientId }) => ({ patientId }));
    return { items, next: null };
  }

  @Get('parked')
  @Roles('operator')
  parked() {
    return { items: this.parking.list() };
  }

  /** Handles parked messages of a key again, in order; those that fail stay parked. */
  @Post('parked/:id/replay')
  @HttpCode(200)
  @Roles('operator')
  async replay(@Param('id') id: string) {
    const parked = this.parking.list().find((each) => each.id === id);
    if (!parked) throw notFound();
    const { group, key, origin } = parked;
    try {
      const handled = await this.parking.replay(group, origin.topic, key, (message) =>
        this.handleAgain(group, message),
      );
      return { handled };
    } catch (cause) {
      throw new ProblemException('conflict', {
        detail: `It failed again: ${cause instanceof Error ? cause.message : 'unknown'}. It stays parked.`,
        cause,
      });
    }
  }

  @Post('parked/:id/drop')
  @HttpCode(200)
  @Roles('operator')
  async drop(@Param('id') id: string) {
    if (!(await this.parking.drop(id))) throw notFound();
    return { dropped: id };
  }

  private projectors(): Projector[] {
    return [this.program, this.notification];
  }

  private async handleAgain(group: string, message: LogMessage): Promise<void> {
    const names = namesOf(this.config.prefix);
    const consumer =
      group === 'notification'
        ? this.programEvents
        : message.topic === names.readings
          ? this.readings
          : this.checkIns;
    const { error } = await consumer.handle(message.key, [message]);
    if (error !== undefined) throw error;
  }

  private async *all(topic: string): AsyncIterable<LogMessage> {
    for (const { partition, start, end } of await this.log.offsets(topic))
      for (let from = start; from < end;) {
        const messages = await this.log.read(topic, partition, from, page);
        if (messages.length === 0) break;
        yield* messages;
        from = messages.at(-1)!.offset + 1;
      }
  }
}

function readable(message: LogMessage, faults: string[]): ReadingBatch | undefined {
  try {
    return batchOf(message);
  } catch (error) {
    faults.push(
      `${message.topic}/${message.partition}@${message.offset} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
    );
    return undefined;
  }
}
