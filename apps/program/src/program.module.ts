import {
  consumedStage,
  type EventStore,
  type MessageLog,
  Pipeline,
  Projector,
  reachedHeadStage,
  Relay,
  type ViewStore,
} from '@coxa/eventing';
import { Background, EVENT_STORE, Health, MESSAGE_LOG, VIEW_STORE } from '@coxa/platform';
import { Inject, Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { CheckInsConsumer, group } from './consumers/check-ins.consumer.js';
import { ReadingsConsumer } from './consumers/readings.consumer.js';
import { After } from './http/after.js';
import { DevicesController } from './http/devices.controller.js';
import { MeasurementsController } from './http/measurements.controller.js';
import { OverridesController } from './http/overrides.controller.js';
import { EducationController } from './http/education.controller.js';
import { PatientAccess } from './http/patient-access.js';
import { PatientsController } from './http/patients.controller.js';
import { QuestionnairesController } from './http/questionnaires.controller.js';
import { ViewsController } from './http/views.controller.js';
import { WorkListController } from './http/work-list.controller.js';
import { ClosingTimer } from './programme/closing-timer.js';
import { Programmes } from './programme/programmes.js';
import { routeProgrammeEvent } from './registry-relay.js';
import { SessionKeeper } from './sessions/session-keeper.js';
import { painView, patientsView, rotationView, timelineView } from './views/event-views.js';

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
      inject: [EVENT_STORE, VIEW_STORE, Programmes],
      useFactory: (store: EventStore, views: ViewStore, { names }: Programmes) => {
        const streams = names.programmeStream('');
        return new Projector(store, views, [
          patientsView(streams),
          timelineView(streams),
          painView(streams),
          rotationView(streams),
        ]);
      },
    },
    {
      provide: Relay,
      inject: [EVENT_STORE, VIEW_STORE, MESSAGE_LOG, Programmes],
      useFactory: (store: EventStore, views: ViewStore, log: MessageLog, { names }: Programmes) =>
        new Relay({
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
  ) {}

  async onModuleInit(): Promise<void> {
    const { store, log, projector, relay, programmes } = this;
    const { readings, checkIns } = programmes.names;
    await this.sessions.resume();
    this.pipeline.add(
      consumedStage(log, group, readings),
      this.sessions,
      consumedStage(log, group, checkIns),
      this.timer,
      reachedHeadStage('program views', store, projector),
      reachedHeadStage('program relay', store, relay),
    );
    const head = await store.head();
    this.health.beforeReady('program views', () => projector.reached(head));
    this.health.beforeReady('program relay', () => relay.reached(head));
    this.health.beforeReady('closings', () => this.timer.ready);
  }

  onApplicationBootstrap(): void {
    this.background.start('program views', (signal) => this.projector.run(signal));
    this.background.start('program relay', (signal) => this.relay.run(signal));
    this.background.start('closings', (signal) => this.timer.run(signal));
    this.background.start('sessions', (signal) => this.sessions.run(signal));
  }
}
