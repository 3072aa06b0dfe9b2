import {
  consumedStage,
  type EventStore,
  type MessageLog,
  Pipeline,
  Projector,
  reachedHeadStage,
  Relay,
  type Turn,
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
import { CheckInsConsumer, group } from './consumers/check-ins.consumer.js';
import { ReadingsConsumer } from './consumers/readings.consumer.js';
import { After } from './http/after.js';
import { DevicesController } from './http/devices.controller.js';
import { InsightController } from './http/insight.controller.js';
import { MeasurementsController } from './http/measurements.controller.js';
import { OverridesController } from './http/overrides.controller.js';
import { EducationController } from './http/education.controller.js';
import { PatientAccess } from './http/patient-access.js';
import { PatientsController } from './http/patients.controller.js';
import { QuestionnairesController } from './http/questionnaires.controller.js';
import { RulesetController } from './http/ruleset.controller.js';
import { ViewsController } from './http/views.controller.js';
import { WorkListController } from './http/work-list.controller.js';
import { ClosingTimer } from './programme/closing-timer.js';
import { Programmes } from './programme/programmes.js';
import { routeProgrammeEvent } from './registry-relay.js';
import { SessionKeeper } from './sessions/session-keeper.js';
import { painView, patientsView, rotationView, timelineView } from './views/event-views.js';

const TURN = Symbol('turn of the programme service');

/** The programme service: decisions, views and everything a clinician asks for. */
@Module({
  controllers: [
    CheckInsConsumer,
    ReadingsConsumer,
    PatientsController,
    WorkListController,
    ViewsController,
    MeasurementsController,
    DevicesController,
    OverridesController,
    QuestionnairesController,
    EducationController,
    InsightController,
    RulesetController,
  ],
  providers: [
    CheckInsConsumer,
    ReadingsConsumer,
    Programmes,
    ClosingTimer,
    SessionKeeper,
    PatientAccess,
    After,
    {
      provide: Projector,
      inject: [CONFIG, EVENT_STORE, VIEW_STORE, Programmes],
      useFactory: (config: Config, store: EventStore, views: ViewStore, { names }: Programmes) => {
        const streams = names.programmeStream('');
        const all = [patientsView, timelineView, painView, rotationView];
        return new Projector(
          store,
          views,
          all.map((view) => view(streams)),
          sharesViews(config),
        );
      },
    },
    {
      provide: TURN,
      inject: [CONFIG, MESSAGE_LOG],
      useFactory: (config: Config, log: MessageLog) => turnOf(config, log, group),
    },
    {
      provide: Relay,
      inject: [CONFIG, EVENT_STORE, VIEW_STORE, MESSAGE_LOG, Programmes],
      useFactory: (
        config: Config,
        store: EventStore,
        views: ViewStore,
        log: MessageLog,
        { names }: Programmes,
      ) =>
        new Relay({
          shared: sharesViews(config),
          name: 'program',
          store,
          log,
          views,
          route: (event) => routeProgrammeEvent(event, names),
        }),
    },
  ],
  exports: [Programmes, Projector, SessionKeeper, CheckInsConsumer, ReadingsConsumer],
})
export class ProgramModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(Background) private readonly background: Background,
    @Inject(Health) private readonly health: Health,
    @Inject(Pipeline) private readonly pipeline: Pipeline,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(MESSAGE_LOG) private readonly log: MessageLog,
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(ClosingTimer) private readonly timer: ClosingTimer,
    @Inject(SessionKeeper) private readonly sessions: SessionKeeper,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(Relay) private readonly relay: Relay,
    @Inject(Assignments) private readonly assignments: Assignments,
    @Inject(TURN) private readonly turn: Turn,
    @Inject(Operations) private readonly operations: Operations,
    @Inject(CheckInsConsumer) private readonly checkIns: CheckInsConsumer,
    @Inject(ReadingsConsumer) private readonly readings: ReadingsConsumer,
  ) {}

  async onModuleInit(): Promise<void> {
    const { store, log, projector, relay, programmes } = this;
    const { readings, checkIns } = programmes.names;
    this.assignments.on(group, 'readings', (partitions) => this.sessions.takeUp(partitions));
    this.assignments.on(group, 'checkIns', (partitions) => this.timer.takeUp(partitions));
    this.pipeline.add(
      consumedStage(log, group, readings),
      this.sessions,
      consumedStage(log, group, checkIns),
      this.timer,
      reachedHeadStage('program views', store, projector),
      reachedHeadStage('program relay', store, relay),
    );
    this.operations.views(projector);
    this.operations.parked(group, checkIns, (message) => this.checkIns.handle(message.key, [message]));
    this.operations.parked(group, readings, (message) => this.readings.handle(message.key, [message]));
    const head = await store.head();
    this.health.beforeReady('program views', () => projector.reached(head));
    this.health.beforeReady('program relay', () => relay.reached(head));
    this.health.beforeReady('closings', () => this.timer.ready);
    this.health.beforeReady('sessions', () => this.sessions.ready);
    this.health.beforeReady('program turn', () => this.turn.settled);
  }

  onApplicationBootstrap(): void {
    const { background, turn, projector, relay } = this;
    background.start('program turn', (signal) => turn.run(signal));
    background.start('program views', (signal) => turn.whileHeld(signal, (held) => projector.run(held)));
    background.start('program relay', (signal) => turn.whileHeld(signal, (held) => relay.run(held)));
    background.start('closings', (signal) => this.timer.run(signal));
    background.start('sessions', (signal) => this.sessions.run(signal));
  }
}
