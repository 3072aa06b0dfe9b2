import { EngineError } from '@coxa/eventing';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { unfit, withoutSecrets } from './faults.js';
import { type ScriptCommands, scripts } from './scripts.js';
import { sendTogether } from './send-together.js';

export type Connection = (Redis | Cluster) & ScriptCommands;

const oldest = [6, 2] as const;

/** Times in milliseconds after which the way to Redis is given up. */
export interface RedisTimes {
  readonly connectMs: number;
  readonly commandMs: number;
}

const times: RedisTimes = { connectMs: 5_000, commandMs: 10_000 };

/**
 * Connects, to one server or to a cluster, whichever answers at the address, and looks at what it is.
 * @throws EngineError `backend-unfit`: which, where, why and what to do
 */
export async function connect(url: string, { connectMs, commandMs } = times): Promise<Connection> {
  const where = withoutSecrets(url);
  const options: RedisOptions = {
    lazyConnect: true,
    connectTimeout: connectMs,
    // A server that takes the connection and never answers must not hold anybody up.
    commandTimeout: commandMs,
    keepAlive: 10_000,
    // Whoever waits is told at once and tries again by the engine's rules: what queues here without end would be done much later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A commit whose outcome is unknown must not be sent again behind the engine's back.
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)),
    // After a failover the old master answers READONLY for ever: go and look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  const first = new Redis(url, options);
  let why: unknown;
  first.on('error', (error: unknown) => (why = error));
  try {
    await within(connectMs, first.connect());
    const about = await first.info();
    checked(about, where);
    if (!about.includes('cluster_enabled:1')) {
      sendTogether(first);
      return prepared(first);
    }
  } catch (error) {
    first.disconnect();
    throw unfit(where, why ?? error);
  }
  first.disconnect();
  const { host, port, username, password, tls } = first.options;
  const cluster = new Cluster([{ host: host ?? 'localhost', port: port ?? 6379 }], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: (attempt) => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)),
    redisOptions: {
      ...options,
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      ...(tls ? { tls } : {}),
    },
  });
  cluster.on('error', () => undefined);
  cluster.on('+node', sendTogether);
  try {
    await within(connectMs, cluster.connect());
    return prepared(cluster);
  } catch (error) {
    cluster.disconnect();
    throw unfit(where, error);
  }
}

/** @throws EngineError `backend-unfit` for a version that lacks what is needed, or settings that would take entries away */
function checked(about: string, where: string): void {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(about)?.[1] ?? '';
  const version = field('redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw new EngineError(
      'backend-unfit',
      `Redis at ${where} is version ${version}: use ${oldest.join('.')} or later`,
    );
  const policy = field('maxmemory_policy');
  if (policy.startsWith('allkeys') && field('maxmemory') !== '0')
    throw new EngineError(
      'backend-unfit',
      `Redis at ${where} may take entries away when memory is short (maxmemory-policy ${policy}), and views would be wrong: set it to noeviction`,
    );
}

function prepared<Client extends Redis | Cluster>(client: Client): Connection {
  for (const [name, script] of Object.entries(scripts)) client.defineCommand(name, script);
  return client as unknown as Connection;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
