import { namesOf, type ReadingBatch } from '@coxa/contracts';
import {
  type Clock,
  type Keyring,
  type LogBatch,
  type MessageLog,
  Registry,
  until,
  type ViewStore,
} from '@coxa/eventing';
import {
  Audit,
  Background,
  CLOCK,
  CONFIG,
  type Config,
  consumes,
  Health,
  KEYRING,
  MESSAGE_LOG,
  Metrics,
  Streams,
  VIEW_STORE,
} from '@coxa/platform';
import { Controller, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { CheckInIntake, digestHeader, idHeader } from './check-in-intake.js';
import { IngestController } from './ingest.controller.js';
import { InFlight } from './in-flight.js';
import { batchesPerSecond, CHECK_IN_RATE, checkInRequestsPerSecond, inFlightBytes } from './limits.js';
import { MqttIntake } from './mqtt-intake.js';
import { RateLimit } from './rate-limit.js';
import { ReadingsGate } from './readings-gate.js';
import { ReadingsStream } from './readings-stream.js';
import { ReadingsIntake } from './readings-intake.js';
import { SeenIndex } from './seen-index.js';

const group = 'ingest';
const seenCheckIns = Symbol('seen check-ins');
const seenBatches = Symbol('seen batches');

/** Keeps the indexes of what was taken equal to the topics. */
@Controller()
export class SeenConsumer {
  constructor(
    @Inject(seenCheckIns) private readonly checkIns: SeenIndex<null>,
    @Inject(seenBatches) private readonly batches: SeenIndex<ReadingBatch>,
  ) {}

  @EventPattern(consumes(group, 'checkIns'))
  takeCheckIns(@Payload() batch: LogBatch): Promise<void> {
    return this.checkIns.take(batch);
  }

  @EventPattern(consumes(group, 'readings'))
  takeBatches(@Payload() batch: LogBatch): Promise<void> {
    return this.batches.take(batch);
  }
}

/** The ingest service: devices and patients in. */
@Module({
  controllers: [IngestController, SeenConsumer],
  providers: [
    {
      provide: seenCheckIns,
      inject: [CONFIG, MESSAGE_LOG, VIEW_STORE],
      useFactory: ({ prefix }: Config, log: MessageLog, views: ViewStore) =>
        new SeenIndex<null>(log, views, {
          topic: namesOf(prefix).checkIns,
          view: 'seen-check-ins.v1',
          keyOf: ({ key, headers: { [digestHeader]: digest, [idHeader]: id } }) =>
            digest !== undefined && id !== undefined ? { key: `${key}/${id}`, digest } : null,
        }),
    },
    {
      provide: seenBatches,
      inject: [CONFIG, MESSAGE_LOG, VIEW_STORE],
      useFactory: ({ prefix }: Config, log: MessageLog, views: ViewStore) =>
        new SeenIndex<ReadingBatch>(log, views, {
          topic: namesOf(prefix).readings,
          view: 'seen-batches.v1',
          keyOf: ({ headers }) => (headers['coxa_key'] ? { key: headers['coxa_key'], digest: '' } : null),
        }),
    },
    {
      provide: CheckInIntake,
      inject: [CONFIG, MESSAGE_LOG, Registry, KEYRING, CLOCK, Audit, seenCheckIns],
      useFactory: (
        { prefix }: Config,
        log: MessageLog,
        registry: Registry,
        keyring: Keyring,
        clock: Clock,
        audit: Audit,
        seen: SeenIndex<null>,
      ) => new CheckInIntake({ log, topic: namesOf(prefix).checkIns, registry, keyring, clock, audit, seen }),
    },
    {
      provide: ReadingsIntake,
      inject: [CONFIG, MESSAGE_LOG, Registry, CLOCK, Audit, seenBatches],
      useFactory: (
        { prefix }: Config,
        log: MessageLog,
        registry: Registry,
        clock: Clock,
        audit: Audit,
        seen: SeenIndex<ReadingBatch>,
      ) => new ReadingsIntake({ log, topic: namesOf(prefix).readings, registry, clock, audit, seen }),
    },
    { provide: CHECK_IN_RATE, useFactory: () => new RateLimit(checkInRequestsPerSecond) },
    { provide: InFlight, useFactory: () => new InFlight(inFlightBytes) },
    {
      provide: ReadingsGate,
      inject: [ReadingsIntake, InFlight, Metrics],
      useFactory: (intake: ReadingsIntake, inFlight: InFlight, metrics: Metrics) =>
        new ReadingsGate(intake, new RateLimit(batchesPerSecond), inFlight, metrics),
    },
  ],
})
export class IngestModule implements OnModuleInit {
  constructor(
    @Inject(Streams) private readonly streams: Streams,
    @Inject(ReadingsGate) private readonly gate: ReadingsGate,
    @Inject(CheckInIntake) private readonly intake: CheckInIntake,
    @Inject(CHECK_IN_RATE) private readonly checkInRate: RateLimit,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Background) private readonly background: Background,
    @Inject(Health) private readonly health: Health,
    @Inject(seenCheckIns) private readonly checkIns: SeenIndex<null>,
    @Inject(seenBatches) private readonly batches: SeenIndex<ReadingBatch>,
  ) {}

  async onModuleInit(): Promise<void> {
    await Promise.all([this.checkIns.restore(group), this.batches.restore(group)]);
    this.streams.add({
      path: '/v1/readings/stream',
      roles: ['device'],
      open: (socket, principal) => ReadingsStream.open(socket, principal, this.gate),
    });
    const { mqttUrl } = this.config;
    if (mqttUrl !== undefined) this.background.start('mqtt', (signal) => this.takeFrom(mqttUrl, signal));
    this.health.beforeReady('index of check-ins', () => this.checkIns.caughtUp(group));
    this.health.beforeReady('index of batches', () => this.batches.caughtUp(group));
  }

  /** Takes from the broker once everything is caught up: before that a repeat would not be known as one. */
  private async takeFrom(url: string, signal: AbortSignal): Promise<void> {
    await until(() => this.health.open, Infinity, signal);
    if (signal.aborted) return;
    const { gate: readings, intake: checkIns, checkInRate, registry, metrics } = this;
    const { prefix } = this.config;
    const source = new MqttIntake({ url, prefix, readings, checkIns, checkInRate, registry, metrics });
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await source.close();
  }
}
