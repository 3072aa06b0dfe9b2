import { openRedis } from '@coxa/adapter-redis';
import type { Config } from '@coxa/platform';
import type { Opened } from './opened.js';

/** The views in Redis. */
export async function openRedisParts({ redisUrl, prefix }: Config): Promise<Opened> {
  const { views, answers, close } = await openRedis({ url: redisUrl, prefix });
  return { parts: { views }, checks: { redis: answers }, close };
}
