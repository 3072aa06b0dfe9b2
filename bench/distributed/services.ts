import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStoreDb } from '@coxa/adapter-eventstoredb';
import type { StoredEvent } from '@coxa/eventing';
import { ensureSigningKey, issueToken, type TokenRequest } from '@coxa/platform';
import type * as EventStoreModule from '../../test/support/eventstoredb/some-event-store.js';
import type * as RedisModule from '../../test/support/redis/some-redis.js';
import type * as ServiceModule from '../../test/support/servers/service.js';
import { type Answered, type Callable, callAt } from '../support/server.js';
import { fromRoot } from './kafka.js';

const names = ['program', 'ingest', 'notification'] as const;
type Name = (typeof names)[number];

/** The three services as processes of their own, on Kafka, Redis and an event store (or its stand-in, in this process). */
export class Services implements Callable {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });

  private constructor(
    private readonly folder: string,
    private readonly services: Readonly<Record<Name, ServiceModule.Service>>,
    private readonly backends: readonly { stop(): Promise<void> }[],
    private readonly eventsUrl: string,
  ) {}

  static async start(brokers: readonly string[]): Promise<Services> {
    const load = <Module>(path: string) => import(fromRoot(path)) as Promise<Module>;
    const { someEventStore } = await load<typeof EventStoreModule>(
      'test/support/eventstoredb/some-event-store.ts',
    );
    const { someRedis } = await load<typeof RedisModule>('test/support/redis/some-redis.ts');
    const { Service } = await load<typeof ServiceModule>('test/support/servers/service.ts');
    const [redis, events] = await Promise.all([someRedis(), someEventStore()]);
    const folder = mkdtempSync(join(tmpdir(), 'coxa-bench-services-'));
    mkdirSync(join(folder, 'keys'));
    await ensureSigningKey(folder);
    const env = {
      COXA_RUNTIME: 'distributed',
      COXA_KAFKA_BROKERS: brokers.join(','),
      COXA_REDIS_URL: redis.url,
      COXA_EVENTSTORE_URL: events.url,
      COXA_WEBHOOK_ALLOW_PRIVATE: 'true',
      // For a profile of each: `--import` of a module that takes one.
      NODE_OPTIONS: process.env['COXA_BENCH_SERVICES_NODE_OPTIONS'] ?? '',
    };
    const keys = join(folder, 'keys');
    const start = async (name: Name) =>
      [name, await Service.start({ name, dataDir: join(folder, name), keys, env })] as const;
    const started = await Promise.all(names.map(start));
    return new Services(
      folder,
      Object.fromEntries(started) as Record<Name, ServiceModule.Service>,
      [redis, events],
      events.url,
    );
  }

  token(request: TokenRequest): Promise<string> {
    return issueToken(this.folder, request);
  }

  /** To the service whose call it is. */
  call(method: string, path: string, token: string, body?: unknown): Promise<Answered> {
    const name: Name = /^\/v1\/(check-ins|readings)/.test(path)
      ? 'ingest'
      : /^\/v1\/(alarms|receivers|deliveries|silences)/.test(path)
        ? 'notification'
        : 'program';
    return callAt(this.agent, new URL(this.services[name].address), { method, path, token, body });
  }

  /** CPU that each service has used so far, µs. */
  cpuUs(): Record<Name, number> {
    return Object.fromEntries(
      names.map((name) => {
        const fields = readFileSync(`/proc/${this.services[name].pid}/stat`, 'utf8')
          .split(') ')[1]!
          .split(' ');
        // User and system time, in hundredths of a second.
        return [name, (Number(fields[11]) + Number(fields[12])) * 10_000];
      }),
    ) as Record<Name, number>;
  }

  /** All that the event store holds. */
  async storedEvents(): Promise<StoredEvent[]> {
    const masterKey = Buffer.from(readFileSync(join(this.folder, 'keys', 'master.key'), 'utf8'), 'base64url');
    const { events, close } = await openEventStoreDb({ url: this.eventsUrl, prefix: 'coxa', masterKey });
    try {
      return await events.readAll(null, Number.MAX_SAFE_INTEGER);
    } finally {
      await close();
    }
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await Promise.all(Object.values(this.services).map((service) => service.end()));
    await Promise.all(this.backends.map((backend) => backend.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
