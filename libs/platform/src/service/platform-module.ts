import { namesOf } from '@coxa/contracts';
import {
  type Clock,
  type EventStore,
  type Keyring,
  type MessageLog,
  ParkingLot,
  Pipeline,
  Progress,
  Registry,
  type ViewStore,
} from '@coxa/eventing';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from '../auth/access-guard.js';
import { Tokens } from '../auth/tokens.js';
import type { SigningKey } from '../auth/signing-key.js';
import type { Config } from '../config.js';
import { CLOCK, CONFIG, EVENT_STORE, KEYRING, MESSAGE_LOG, VIEW_STORE } from '../injection.js';
import { Assignments } from '../transport/assignments.js';
import { DirectRoutes } from '../http/direct-routes.js';
import { Streams } from '../http/streams.js';
import { Audit } from './audit.js';
import { Background } from './background.js';
import { Health } from './health.js';
import { HealthController } from './health-controller.js';
import { Metrics } from './metrics.js';
import { Operations } from '../ops/operations.js';
import { ParkedOpsController } from '../ops/parked-ops.controller.js';
import { ViewsOpsController } from '../ops/views-ops.controller.js';

/** What the composition root opens and hands to every service. */
export interface Backends {
  readonly clock: Clock;
  readonly log: MessageLog;
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly keyring: Keyring;
  /** Whether each backend that is not part of the process answers; asked with the service's readiness. */
  readonly checks?: Readonly<Record<string, () => Promise<boolean>>>;
}

export interface PlatformOptions extends Backends {
  readonly config: Config;
  readonly signingKey: SigningKey;
  readonly background: Background;
  readonly health: Health;
  readonly metrics: Metrics;
}

/** Everything that the services share, provided once. */
@Module({})
export class PlatformModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    const { config, signingKey, clock, log, events, views, keyring, background, health, metrics } = options;
    const names = namesOf(config.prefix);
    const value = (provide: symbol | (abstract new (...args: never[]) => unknown), useValue: unknown) =>
      ({ provide, useValue }) as Provider;
    const providers: Provider[] = [
      value(CONFIG, config),
      value(CLOCK, clock),
      value(MESSAGE_LOG, log),
      value(EVENT_STORE, events),
      value(VIEW_STORE, views),
      value(KEYRING, keyring),
      value(Background, background),
      value(Health, health),
      value(Metrics, metrics),
      value(Tokens, new Tokens(signingKey, config.oidc)),
      value(Registry, new Registry(log, names.registry)),
      value(Audit, new Audit(log, names, clock, keyring)),
      value(Pipeline, new Pipeline()),
      value(Progress, new Progress(log)),
      value(Operations, new Operations()),
      value(Assignments, new Assignments()),
      value(Streams, new Streams(health, background)),
      value(DirectRoutes, new DirectRoutes()),
      value(ParkingLot, new ParkingLot(log, [names.checkIns, names.readings, names.programEvents])),
      AccessGuard,
      { provide: APP_GUARD, useExisting: AccessGuard },
    ];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, ViewsOpsController, ParkedOpsController],
      providers,
      exports: providers.slice(0, -1),
    };
  }
}
