import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbedded } from '@coxa/adapter-embedded';
import { EngineError, type LogBatch, Registry, systemClock } from '@coxa/eventing';
import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Module,
  type OnModuleInit,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { IsDefined, IsInt } from 'class-validator';
import type { FastifyReply } from 'fastify';
import {
  Audit,
  Background,
  consumes,
  CurrentPrincipal,
  Health,
  loadConfig,
  mayAccess,
  type Principal,
  readQuery,
  Roles,
  type RunningService,
  startService,
  StrictBody,
  type WireLimits,
} from '../src/index.js';

export class NumberDto {
  @IsDefined() @IsInt() value!: number;
}

/** A gate that holds the service back from being ready. */
export const gate = { open: true, backendAway: false };

/** The least that touches every part of the platform. */
@Controller()
export class ProbeController implements OnModuleInit {
  readonly consumed: string[] = [];
  /** What Nest's lifecycle and the transport did, in order. */
  readonly steps: string[] = [];

  constructor(
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Background) private readonly background: Background,
    @Inject(Health) health: Health,
  ) {
    health.beforeReady('gate', () => gate.open);
    health.whileReady('backend', () => !gate.backendAway);
  }

  async onModuleInit(): Promise<void> {
    this.steps.push('init begins');
    await sleep(50);
    this.steps.push('init done');
  }

  @Get('v1/patients/:id')
  @Roles('clinician', 'patient', 'device')
  async patient(@Param('id') id: string, @CurrentPrincipal() principal: Principal) {
    if (!mayAccess(principal, id, this.registry))
      throw this.audit.denied(principal, id, 'GET /v1/patients/:id');
    await this.audit.record(principal, id, 'GET /v1/patients/:id');
    return { id, traceparent: principal.traceparent };
  }

  @Get('v1/list')
  @Roles('operator')
  list(@Query() query: unknown) {
    return readQuery(query, { limit: 'limit', at: 'instant', kind: ['a', 'b'], cursor: 'text' });
  }

  @Post('v1/numbers')
  @Roles('operator')
  @HttpCode(202)
  number(@StrictBody(NumberDto) body: NumberDto, @CurrentPrincipal() { traceparent }: Principal) {
    return { value: body.value, traceparent };
  }

  @Post('v1/full')
  @Roles('operator')
  full() {
    throw new EngineError('storage-full', 'no space left on device');
  }

  @Post('v1/crash')
  @Roles('operator')
  crash() {
    throw new Error('secret clinical detail');
  }

  @Get('v1/slow')
  @Roles('operator')
  async slow() {
    await sleep(500);
    return { done: true };
  }

  @Get('v1/stream')
  @Roles('operator')
  stream(@Res() reply: FastifyReply) {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write(': open\n\n');
    this.background.closing.addEventListener('abort', () => reply.raw.end(': closed\n\n'));
  }

  @Get('v1/forgotten')
  forgotten() {
    return { open: true };
  }

  @EventPattern(consumes('probe', 'checkIns'))
  async consume(@Payload() batch: LogBatch): Promise<void> {
    for (const { value, offset } of batch.messages) {
      const text = Buffer.from(value).toString();
      if (text === 'poison') throw new Error('cannot stomach this');
      this.steps.push('consumed');
      this.consumed.push(text);
      await batch.commit(offset + 1);
    }
  }
}

@Module({ controllers: [ProbeController] })
export class ProbeModule {}

export interface Probe extends RunningService {
  readonly port: number;
  readonly dataDir: string;
}

/** The probe on embedded storage and a free port, or the one asked for. */
export async function startProbe(dataDir: string, limits?: WireLimits, wantedPort = 0): Promise<Probe> {
  const config = loadConfig({ COXA_DATA_DIR: dataDir, COXA_PORT: String(wantedPort) }, 0);
  const backends = { clock: systemClock, ...(await openEmbedded(dataDir, systemClock)) };
  const options = { config, backends, modules: [ProbeModule], ...(limits ? { limits } : {}) };
  const service = await startService(options).catch(async (error: unknown) => {
    await backends.close();
    throw error;
  });
  return { ...service, port: Number(new URL(service.address).port), dataDir };
}
