import { randomUUID } from 'node:crypto';
import { openRedis } from '@coxa/adapter-redis';
import type { ViewStore } from '@coxa/eventing';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { findRedis } from '../../scripts/backends/redis.mjs';
import { type SomeRedis, someRedis } from '../support/redis/some-redis.js';
import type { Opened } from './opened.js';
import { viewStoreContract } from './view-store.contract.js';

let redis: SomeRedis;

async function open(): Promise<Opened<ViewStore>> {
  const prefix = `t-${randomUUID()}`;
  let { views } = await openRedis({ url: redis.url, prefix });
  return {
    port: views,
    async reopen() {
      await views.close();
      views = (await openRedis({ url: redis.url, prefix })).views;
      return views;
    },
    async destroy() {
      await views.close();
      const client = new Redis(redis.url);
      // Others may use the same server.
      for await (const keys of client.scanStream({ match: `${prefix}:*` }) as AsyncIterable<string[]>)
        if (keys.length > 0) await client.unlink(...keys);
      client.disconnect();
    },
  };
}

const found = await findRedis();
if (found.by === 'none')
  describe.skip(`view store: redis (skipped: ${found.why})`, () => test('the contract', () => undefined));
else {
  beforeAll(async () => void (redis = await someRedis()));
  afterAll(() => redis.stop());
  viewStoreContract(`redis, by ${found.by}`, open);
}
