import { namesOf, toHeaders } from '@coxa/contracts';
import {
  consumedStage,
  type EventStore,
  type LogRecord,
  type MessageLog,
  ParkingLot,
  Pipeline,
  reachedHeadStage,
  Registry,
  Relay,
  type StoredEvent,
  type Turn,
  until,
  type ViewStore,
} from '@coxa/eventing';
import {
  Assignments,
  Background,
  CONFIG,
  type Config,
  EVENT_STORE,
  Health,
  MESSAGE_LOG,
  Operations,
  sharesViews,
  turnOf,
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
const alarmTurn = Symbol('turn of the notification service');

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
      useFactory: (store: EventStore, views: ViewStore, log: MessageLog, config: Config) =>
        new Relay({
          name: 'alarms',
          store,
          log,
          views,
          route: (event) => routeAlarmEvent(event, config.prefix),
          shared: sharesViews(config),
        }),
    },
    {
      provide: alarmTurn,
      inject: [CONFIG, MESSAGE_LOG],
      useFactory: (config: Config, log: MessageLog) => turnOf(config, log, group),
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
    @Inject(alarmTurn) private readonly turn: Turn,
    @Inject(Operations) private readonly operations: Operations,
    @Inject(ProgramEventsConsumer) private readonly programEvents: ProgramEventsConsumer,
    @Inject(Assignments) private readonly assignments: Assignments,
    @Inject(ParkingLot) private readonly parking: ParkingLot,
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
    this.operations.views(projector);
    this.operations.parked(group, alarms.names.programEvents, (message) =>
      this.programEvents.handle(message.key, [message]),
    );
    // Others may have observed meanwhile: for partitions that were theirs, and for keys that waited.
    this.assignments.on(group, 'programEvents', () => alarms.forget());
    this.parking.onReleased((of, _topic, key) => {
      if (of === group) alarms.forget(key);
    });
    const head = await store.head();
    this.health.beforeReady('alarm views', () => projector.reached(head));
    this.health.beforeReady('alarm turn', () => this.turn.settled);
  }

  onApplicationBootstrap(): void {
    const { background, turn, projector, relay, sender } = this;
    background.start('alarm turn', (signal) => turn.run(signal));
    background.start('alarm views', (signal) => turn.whileHeld(signal, (held) => projector.run(held)));
    background.start('alarm relay', (signal) => turn.whileHeld(signal, (held) => relay.run(held)));
    background.start('outbox', (signal) => turn.whileHeld(signal, (held) => this.plan(held)));
    background.start('deliveries', (signal) => sender.run(signal));
  }

  /**
   * Plans deliveries once the views tell what was left behind, by the last run or by another process, and once care teams and receivers
   * are known: a notice planned before that would be told to nobody, for good.
   */
  private async plan(signal: AbortSignal): Promise<void> {
    await this.registry.ready(signal);
    const head = await this.store.head();
    await until(() => this.projector.reached(head), Infinity, signal);
    if (signal.aborted) return;
    await this.sender.takeUp();
    try {
      await this.outbox.run(signal);
    } finally {
      this.sender.letGo();
    }
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
