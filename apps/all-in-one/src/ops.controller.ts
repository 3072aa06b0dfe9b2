import { namesOf, type ReadingBatch, sampleCount } from '@coxa/contracts';
import { type LogMessage, type MessageLog, Registry } from '@coxa/eventing';
import {
  CONFIG,
  type Config,
  Describe,
  flag,
  list,
  MESSAGE_LOG,
  Operations,
  pageOf,
  Roles,
  shape,
  text,
  whole,
} from '@coxa/platform';
import { batchOf } from '@coxa/program';
import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';

const page = 1_000;

const verified = shape({
  ok: flag('Nothing was found'),
  checkIns: whole('Check-ins in the log, each once'),
  batches: whole('Reading batches in the log, each once'),
  samples: whole('Samples in them'),
  views: list(shape({ name: text(undefined, 'timeline'), equal: flag('It is the fold of its events') })),
  faults: list(text(), 'What was found, one sentence each'),
});

/** What the one who runs the system needs of all services at once. No clinical content. */
@Controller('v1/ops')
export class OpsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MESSAGE_LOG) private readonly log: MessageLog,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Describe({
    tag: 'operator calls',
    summary: 'Recomputes every view from the log and compares, for an operator who wants to be sure.',
    answer: verified,
  })
  @Post('verify')
  @HttpCode(200)
  @Roles('operator')
  async verify() {
    const views: { name: string; equal: boolean }[] = [];
    for (const projector of this.operations.projectors)
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

  @Describe({
    tag: 'operator calls',
    summary: 'Lists whom the system knows, by their opaque ids alone, for an operator.',
    answer: pageOf(shape({ patientId: text(undefined, 'ana') })),
  })
  @Get('patients')
  @Roles('operator')
  async patients() {
    await this.registry.catchUp();
    const items = [...this.registry.allPatients()].map(({ patientId }) => ({ patientId }));
    return { items, next: null };
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
