import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesOf } from '@coxa/contracts';
import { makeFolder, ParkingLot, Progress, Registry, until } from '@coxa/eventing';
import { Logger, type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessGuard } from '../auth/access-guard.js';
import { ensureSigningKey } from '../auth/signing-key.js';
import { type Config, ConfigError, unknownSettings } from '../config.js';
import { createFastifyAdapter, type WireLimits } from '../http/fastify-adapter.js';
import { DirectRoutes } from '../http/direct-routes.js';
import { BodyRoom } from '../http/read-body.js';
import { Streams } from '../http/streams.js';
import { ProblemFilter } from '../http/problem-filter.js';
import { RouteTable } from '../http/route-table.js';
import { Assignments } from '../transport/assignments.js';
import { type ConsumersLife, MessageLogServer } from '../transport/message-log-server.js';
import { Background } from './background.js';
import { Clients } from './clients.js';
import { Health } from './health.js';
import { Metrics } from './metrics.js';
import { serveApiDocs } from './api-docs.js';
import { leaveTheCoreToTheLoop } from './one-core.js';
import { type Backends, PlatformModule } from './platform-module.js';
import { ServiceLogger } from './service-logger.js';
import { keepHeapSmall } from './small-heap.js';
import { topicsOf } from './topics-of.js';

/** Longest a graceful stop may take. */
const stopWithinMs = 10_000;
/** Clients that have not finished by then are cut off, so that storage is still closed in time. */
const cutOffAfterMs = 6_000;

export interface ServiceOptions {
  readonly config: Config;
  readonly backends: Backends & { close(): Promise<void> };
  readonly modules: readonly (Type | DynamicModule)[];
  readonly limits?: WireLimits;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly address: string;
  stop(): Promise<void>;
}

@Module({})
class Root {}

/** Starts a service (or all of them) on opened backends and listens. When that fails, nothing is left running, and the backends are the caller's to close. */
export async function startService({
  config,
  backends,
  modules,
  limits,
}: ServiceOptions): Promise<RunningService> {
  keepHeapSmall();
  leaveTheCoreToTheLoop();
  makeFolder(config.dataDir);
  const names = namesOf(config.prefix);
  const background = new Background();
  const health = new Health(background);
  const metrics = new Metrics();
  const routes = new RouteTable();
  await backends.log.ensureTopics(topicsOf(config));
  const signingKey = await ensureSigningKey(config.dataDir);
  const platform = PlatformModule.forRoot({ ...backends, config, signingKey, background, health, metrics });
  const room = new BodyRoom();
  const adapter = createFastifyAdapter({ routes, health, metrics, room }, limits);
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: Root, imports: [platform, ...modules] },
    adapter,
    {
      bodyParser: false,
      logger: new ServiceLogger(),
      abortOnError: false,
    },
  );
  app.useGlobalFilters(new ProblemFilter(routes));
  serveApiDocs(app);
  const direct = app.get(DirectRoutes);
  const parking = app.get(ParkingLot);
  const assignments = app.get(Assignments);
  direct.attach(app.getHttpServer(), { guard: app.get(AccessGuard), health, metrics, room });
  const clients = new Clients(app.getHttpServer());
  app.get(Streams).attach(app.getHttpServer(), app.get(AccessGuard));
  // With the app's filters, and initialised at once: otherwise it would run every lifecycle hook of the modules a second time.
  const registry = app.get(Registry);
  const life: ConsumersLife = {
    // What is consumed before patients and devices are known would be judged as if they were strangers.
    ready: (signal) => registry.ready(signal),
    // What another instance has parked is known here before the messages behind it are handled.
    assigned: async (group, topic, partitions) => {
      await until(await parking.upToNow(), Infinity, background.signal);
      await assignments.tell(group, topic, partitions);
    },
  };
  const topicOf = (logical: string) => names[logical as 'checkIns'];
  const strategy = new MessageLogServer(backends.log, background, topicOf, life, app.get(Progress));
  metrics.followLags(() => strategy.lags());
  app.connectMicroservice<MicroserviceOptions>({ strategy }, { inheritAppConfig: true });
  for (const name of unknownSettings(process.env))
    new Logger('configuration').warn(`${name} is not a known setting; see docs/reference/configuration.md`);
  background.start('registry', (signal) => registry.run(signal));
  background.start('parking', (signal) => parking.run(signal));
  for (const [name, check] of Object.entries(backends.checks ?? {})) health.whileReady(name, check);
  health.beforeReady('registry', await registry.upToNow());
  health.beforeReady('parked messages', await parking.upToNow());
  const addressFile = join(config.dataDir, 'server.json');
  const quiet = async () => {
    background.close();
    await clients.leaveWithin(cutOffAfterMs, () => app.close());
    await background.stop();
  };
  const stop = async () => {
    rmSync(addressFile, { force: true });
    await quiet();
    await backends.close();
  };
  try {
    // Consumers begin when every module has taken up its state.
    await app.init();
    for (const path of direct.paths()) routes.add('POST', path);
    await app.startAllMicroservices();
    await app.listen({ port: config.port, host: config.host });
  } catch (error) {
    await quiet();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new ConfigError([`COXA_PORT is ${config.port}; expected a port that nobody else uses`]);
    throw error;
  }
  void health.openWhenCaughtUp();
  const { port } = app.getHttpServer().address() as { port: number };
  const address = `http://localhost:${port}`;
  writeFileSync(addressFile, JSON.stringify({ address, pid: process.pid }));
  let stopped: Promise<void> | undefined;
  return { app, address, stop: () => (stopped ??= stop()) };
}

/** Stops on SIGTERM and SIGINT, with exit code 0 when all was finished in time. */
export function stopOnSignals(service: RunningService): void {
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}
