import { namesOf } from '@coxa/contracts';
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
  Assignments,
  Audit,
  Background,
  CLOCK,
  CONFIG,
  type Config,
  consumes,
  DirectRoutes,
  Health,
  KEYRING,
  MESSAGE_LOG,
  Metrics,
  Streams,
  VIEW_STORE,
} from '@coxa/platform';
import { Controller, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { BatchReader } from './batch-reader.js';
import { checkInsRoute } from './check-ins-route.js';
import { CheckInIntake, digestHeader, idHeader } from './check-in-intake.js';
import { IngestController } from './ingest.controller.js';
import { InFlight } from './in-flight.js';
import {
  BATCH_RATE,
  batchesPerSecond,
  CHECK_IN_RATE,
  checkInRequestsPerSecond,
  inFlightBytes,
  RECORDING_RATE,
  recordingsPerSecond,
} from './limits.js';
import { MqttIntake } from './mqtt-intake.js';
import { RateLimit } from './rate-limit.js';
import { ReadingsGate } from './readings-gate.js';
import { ReadingsStream } from './readings-stream.js';
import { ReadingsIntake } from './readings-intake.js';
import { readingsRoute } from './readings-route.js';
import { RecordingsIntake } from './recordings-intake.js';
import { RecordingsController } from './recordings.controller.js';
import { SeenBatches } from './seen-batches.js';
import { SeenIndex } from './seen-index.js';

const group = 'ingest';
/** What is not in the views yet is known by what is on its way: they may follow a little later. */
const unhurriedMs = 50;
const seenCheckIns = Symbol('seen check-ins');

/** Keeps the indexes of what was taken equal to the topics. */
@Controller()
export class SeenConsumer {
  constructor(
    @Inject(seenCheckIns) private readonly checkIns: SeenIndex,
    @Inject(SeenBatches) private readonly batches: SeenBatches,
  ) {}

  @EventPattern(consumes(group, 'checkIns', { unhurriedMs }))
  takeCheckIns(@Payload() batch: LogBatch): Promise<void> {
    return this.checkIns.take(batch);
  }

  @EventPattern(consumes(group, 'readings', { unhurriedMs, headersOnly: true }))
  takeBatches(@Payload() batch: LogBatch): Promise<void> {
    return this.batches.take(batch);
  }
}

/** The ingest service: devices and patients in. */
@Module({
  controllers: [IngestController, RecordingsController, SeenConsumer],
  providers: [
    {
      provide: seenCheckIns,
      inject: [CONFIG, MESSAGE_LOG, VIEW_STORE],
      useFactory: ({ prefix }: Config, log: MessageLog, views: ViewStore) =>
        new SeenIndex(log, views, {
          topic: namesOf(prefix).checkIns,
          view: 'seen-check-ins.v1',
          keyOf: ({ key, headers: { [digestHeader]: digest, [idHeader]: id } }) =>
            digest !== undefined && id !== undefined ? { key: `${key}/${id}`, digest } : null,
        }),
    },
    {
      provide: SeenBatches,
      inject: [CONFIG, MESSAGE_LOG, VIEW_STORE, Background],
      useFactory: ({ prefix }: Config, log: MessageLog, views: ViewStore, { signal }: Background) =>
        new SeenBatches(log, views, { topic: namesOf(prefix).readings, view: 'seen-batches.v2', signal }),
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
        seen: SeenIndex,
      ) => new CheckInIntake({ log, topic: namesOf(prefix).checkIns, registry, keyring, clock, audit, seen }),
    },
    {
      provide: ReadingsIntake,
      inject: [CONFIG, MESSAGE_LOG, Registry, CLOCK, Audit, SeenBatches],
      useFactory: (
        { prefix }: Config,
        log: MessageLog,
        registry: Registry,
        clock: Clock,
        audit: Audit,
        seen: SeenBatches,
      ) => new ReadingsIntake({ log, topic: namesOf(prefix).readings, registry, clock, audit, seen }),
    },
    { provide: BATCH_RATE, useFactory: () => new RateLimit(batchesPerSecond) },
    { provide: CHECK_IN_RATE, useFactory: () => new RateLimit(checkInRequestsPerSecond) },
    { provide: RECORDING_RATE, useFactory: () => new RateLimit(recordingsPerSecond) },
    {
      provide: RecordingsIntake,
      inject: [ReadingsIntake, Registry, CLOCK, Audit],
      useFactory: (readings: ReadingsIntake, registry: Registry, clock: Clock, audit: Audit) =>
        new RecordingsIntake({ readings, registry, clock, audit }),
    },
    { provide: InFlight, useFactory: () => new InFlight(inFlightBytes) },
    {
      provide: ReadingsGate,
      inject: [ReadingsIntake, BATCH_RATE, InFlight, CLOCK, Metrics],
      useFactory: (
        intake: ReadingsIntake,
        rate: RateLimit,
        inFlight: InFlight,
        clock: Clock,
        metrics: Metrics,
      ) => new ReadingsGate({ reader: new BatchReader(), intake, rate, inFlight, clock, metrics }),
    },
  ],
})
export class IngestModule implements OnModuleInit {
  constructor(
    @Inject(DirectRoutes) private readonly routes: DirectRoutes,
    @Inject(Streams) private readonly streams: Streams,
    @Inject(ReadingsGate) private readonly gate: ReadingsGate,
    @Inject(CheckInIntake) private readonly intake: CheckInIntake,
    @Inject(CHECK_IN_RATE) private readonly checkInRate: RateLimit,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Background) private readonly background: Background,
    @Inject(Health) private readonly health: Health,
    @Inject(seenCheckIns) private readonly checkIns: SeenIndex,
    @Inject(SeenBatches) private readonly batches: SeenBatches,
    @Inject(Assignments) private readonly assignments: Assignments,
  ) {}

  async onModuleInit(): Promise<void> {
    const { assignments, checkIns, batches } = this;
    assignments.on(group, 'checkIns', (partitions) => checkIns.takeUp(group, partitions));
    assignments.on(group, 'readings', (partitions) => batches.takeUp(group, partitions));
    this.routes.add(readingsRoute(this.gate));
    const { intake, inFlight, checkInRate: rate, metrics } = this;
    this.routes.add(checkInsRoute({ intake, inFlight, rate, metrics }));
    this.streams.add({
      path: '/v1/readings/stream',
      roles: ['device'],
      open: (stream, principal) => ReadingsStream.open(stream, principal, this.gate),
    });
    const { mqttUrl } = this.config;
    if (mqttUrl !== undefined) this.background.start('mqtt', (signal) => this.takeFrom(mqttUrl, signal));
    this.health.beforeReady('index of check-ins', await checkIns.upToNow(group));
    this.health.beforeReady('index of batches', await batches.upToNow(group));
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
