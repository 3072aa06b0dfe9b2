import { namesOf, toHeaders } from '@coxa/contracts';
import {
  consumedStage,
  type EventStore,
  type LogRecord,
  type MessageLog,
  pause,
  Pipeline,
  reachedHeadStage,
  Registry,
  Relay,
  type StoredEvent,
  type ViewStore,
} from '@coxa/eventing';
import {
  Background,
  CONFIG,
  type Config,
  EVENT_STORE,
  Health,
  MESSAGE_LOG,
  VIEW_STORE,
} from '@coxa/platform';
import { Inject, Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Alarms } from './alarms/alarms.js';
import { group, ProgramEventsConsumer } from './alarms/program-events.consumer.js';
import { Outbox } from './deliveries/outbox.js';
import { Receivers } from './deliveries/receivers.js';
import { Sender } from './deliveries/sender.js';
import { AfterAlarms } from './http/after.js';
import { AlarmsController } from './http/alarms.controller.js';
import { ReceiversController } from './http/receivers.controller.js';
import { NotificationProjector } from './notification-projector.js';

const alarmRelay = Symbol('alarm relay');

/** The notification service: alarms, and telling people. */
@Module({
  controllers: [ProgramEventsConsumer, AlarmsController, ReceiversController],
  providers: [
    ProgramEventsConsumer,
    Alarms,
    Receivers,
    Sender,
    Outbox,
    NotificationProjector,
    AfterAlarms,
    {
      provide: alarmRelay,
      inject: [EVENT_STORE, VIEW_STORE, MESSAGE_LOG, CONFIG],
      useFactory: (store: EventStore, views: ViewStore, log: MessageLog, { prefix }: Config) =>
        new Relay({ name: 'alarms', store, log, views, route: (event) => routeAlarmEvent(event, prefix) }),
    },
  ],
  exports: [ProgramEventsConsumer, Alarms, NotificationProjector, Sender, Outbox],
})
export class NotificationModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(Background) private readonly background: Background,
    @Inject(Health) private readonly health: Health,
    @Inject(Pipeline) private readonly pipeline: Pipeline,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(MESSAGE_LOG) private readonly log: MessageLog,
    @Inject(Alarms) private readonly alarms: Alarms,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(NotificationProjector) private readonly projector: NotificationProjector,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Sender) private readonly sender: Sender,
    @Inject(alarmRelay) private readonly relay: Relay,
  ) {}

  async onModuleInit(): Promise<void> {
    const { store, log, projector, outbox, relay, sender, alarms } = this;
    this.pipeline.add(
      consumedStage(log, group, alarms.names.programEvents),
      reachedHeadStage('outbox', store, outbox),
      sender,
      reachedHeadStage('alarm views', store, projector),
      reachedHeadStage('alarm relay', store, relay),
    );
    const head = await store.head();
    this.health.beforeReady('alarm views', () => projector.reached(head));
  }

  onApplicationBootstrap(): void {
    this.background.start('alarm views', (signal) => this.projector.run(signal));
    this.background.start('alarm relay', (signal) => this.relay.run(signal));
    this.background.start('outbox', async (signal) => {
      await this.known(signal);
      await this.outbox.run(signal);
    });
    // The views tell what the last run left behind.
    this.background.start('deliveries', async (signal) => {
      await this.known(signal);
      await this.sender.run(signal);
    });
  }

  /** Waits until care teams and receivers are known: a notice planned before that would be told to nobody, for good. */
  private async known(signal: AbortSignal): Promise<void> {
    await this.registry.ready(signal);
    const head = await this.store.head();
    while (!signal.aborted && !this.projector.reached(head)) await pause(10, signal);
  }
}

function routeAlarmEvent(event: StoredEvent, prefix: string): LogRecord | null {
  const names = namesOf(prefix);
  const streams = names.alarmsStream('');
  if (!event.stream.startsWith(streams) || event.type === 'coxa.observed.v1') return null;
  const { id, type, revision, recordedAt, data } = event;
  const headers = toHeaders({
    id,
    type,
    source: 'coxa/notification',
    time: new Date(recordedAt).toISOString(),
    contentType: 'application/json',
    sequence: revision,
  });
  return { topic: names.alarmEvents, key: event.stream.slice(streams.length), value: data, headers };
}
