import { EngineError, type MessageLog, type Projector, Registry } from '@coxa/eventing';
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
import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { checkLog } from './check-log.js';

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
    const unequal: string[] = [];
    for (const projector of this.operations.projectors)
      for (const { name } of projector.projections) {
        const fault = await faultOf(projector, name);
        views.push({ name, equal: fault === undefined });
        if (fault !== undefined) unequal.push(fault);
      }
    const { faults: unreadable, ...counted } = await checkLog(this.log, this.config);
    const faults = [...unreadable, ...unequal];
    return { ok: faults.length === 0, ...counted, views, faults };
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
}

/** What is wrong with a view; undefined when it is the fold of its events. */
async function faultOf(projector: Projector, name: string): Promise<string | undefined> {
  try {
    if (await projector.verify(name)) return undefined;
    return `the view ${name} is not the fold of its events; rebuild it with: coxa rebuild ${name}`;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'corrupt') throw error;
    return `the view ${name} cannot be compared: ${error.message}`;
  }
}
