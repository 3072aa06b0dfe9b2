import type { Redis } from 'ioredis';
import { connect, type RedisTimes } from './connect.js';
import { unfit, withoutSecrets } from './faults.js';
import { triedViews } from './open-redis.js';

export interface RedisSeen {
  readonly version: string;
  readonly cluster: boolean;
  readonly usedBytes: number;
  /** 0: no limit. */
  readonly maxBytes: number;
  /** How far its clock is ahead of ours, ms; half the time of the question is its doubt. */
  readonly aheadMs: number;
  readonly doubtMs: number;
}

/**
 * Looks at a Redis; what the views need is tried on keys that are removed again.
 * @throws EngineError `backend-unfit`: which, where, why and what to do
 */
export async function examineRedis(url: string, prefix: string, times?: RedisTimes): Promise<RedisSeen> {
  const redis = await connect(url, times);
  try {
    await triedViews(redis, prefix);
    const about = await redis.info();
    const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(about)?.[1] ?? '';
    const askedAt = Date.now();
    const [seconds, micros] = await (redis as Redis).time();
    const doubtMs = (Date.now() - askedAt) / 2;
    return {
      version: field('redis_version'),
      cluster: field('cluster_enabled') === '1',
      usedBytes: Number(field('used_memory')),
      maxBytes: Number(field('maxmemory')),
      aheadMs: Math.round(Number(seconds) * 1_000 + Number(micros) / 1_000 - askedAt - doubtMs),
      doubtMs,
    };
  } catch (error) {
    throw unfit(withoutSecrets(url), (error as Error).cause ?? error);
  } finally {
    redis.disconnect();
  }
}
