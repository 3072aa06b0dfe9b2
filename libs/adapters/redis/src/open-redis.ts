import type { ViewStore } from '@coxa/eventing';
import { connect, type Connection, type RedisTimes } from './connect.js';
import { unfit, withoutSecrets } from './faults.js';
import { RedisViewStore } from './redis-view-store.js';

export interface OpenRedisOptions {
  /** `redis://` or `rediss://` (TLS), with user and password where they are needed. */
  readonly url: string;
  /** First part of every key: two installations can share one server. */
  readonly prefix: string;
  readonly times?: RedisTimes;
}

export interface OpenedRedis {
  readonly views: ViewStore;
  /** Whether it answers now. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens the views in Redis, one server or a cluster, and tries whether everything that will be needed is allowed.
 * @throws EngineError `backend-unfit`: which, where, why and what to do
 */
export async function openRedis({ url, prefix, times }: OpenRedisOptions): Promise<OpenedRedis> {
  const redis = await connect(url, times);
  const views = new RedisViewStore(redis, prefix);
  try {
    await tried(views);
  } catch (error) {
    await views.close();
    throw unfit(withoutSecrets(url), (error as Error).cause ?? error);
  }
  return { views, answers: () => answers(redis), close: () => views.close() };
}

/** Scripts, writing, renaming and dropping: better refused now than at the first patient. */
async function tried(views: ViewStore): Promise<void> {
  const trial = `trial-${process.pid}`;
  await views.commit(`${trial}~new`, [{ key: 'a', value: 1 }], { events: 1 });
  await views.replace(trial, `${trial}~new`);
  await views.list(trial);
  await views.replace(trial, null);
}

/** The same on a connection that is used for nothing else. */
export const triedViews = (redis: Connection, prefix: string): Promise<void> =>
  tried(new RedisViewStore(redis, prefix));

async function answers(redis: Connection): Promise<boolean> {
  return redis.status === 'ready' && (await redis.ping()) === 'PONG';
}
