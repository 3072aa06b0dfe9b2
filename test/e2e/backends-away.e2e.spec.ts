import { until } from '@coxa/eventing';
import { describe, expect, test } from '@jest/globals';
import { redisProgramThere } from '../../scripts/backends/redis.mjs';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';
import { freePort } from '../support/free-port.js';
import { RedisProgram } from '../support/redis/redis-program.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

describe('backends that are away', () => {
  test('given an event store and a Redis that are both away, when the server starts, then it ends and names both, where they should be and what to do', async () => {
    const folder = await tempFolder();
    const [esdb, redis] = [await freePort(), await freePort()];
    const refusal = await Server.start({
      dataDir: folder.path,
      env: {
        COXA_LOG: 'embedded',
        COXA_EVENTS: 'eventstoredb',
        COXA_EVENTSTORE_URL: `esdb://127.0.0.1:${esdb}?tls=false`,
        COXA_VIEWS: 'redis',
        COXA_REDIS_URL: `redis://:topsecret@127.0.0.1:${redis}`,
      },
    }).catch((error: unknown) => String(error));
    expect(refusal).toMatch(/the server ended with 1/);
    expect(refusal).toMatch(`127.0.0.1:${esdb}`);
    expect(refusal).toMatch(`127.0.0.1:${redis}`);
    expect(refusal).toMatch(/correct COXA_EVENTSTORE_URL/);
    expect(refusal).toMatch(/correct COXA_REDIS_URL/);
    expect(refusal).not.toMatch(/topsecret| {4}at /);
    await folder.remove();
  });

  (redisProgramThere() ? test : test.skip)(
    'given a server that runs, when a backend goes away, then it is not ready and says which; and ready again once it is back',
    async () => {
      const folder = await tempFolder();
      const redis = await RedisProgram.start('--save', '', '--appendonly', 'no');
      const events = await EventStoreStandIn.start();
      const server = await Server.start({
        dataDir: folder.path,
        env: {
          COXA_LOG: 'embedded',
          COXA_EVENTS: 'eventstoredb',
          COXA_EVENTSTORE_URL: events.url,
          COXA_VIEWS: 'redis',
          COXA_REDIS_URL: redis.url,
        },
      });
      const faults = async () => {
        const answer = await fetch(`${server.address}/health/ready`);
        return answer.status === 200 ? '' : JSON.stringify(await answer.json());
      };
      await redis.kill();
      expect(await until(async () => (await faults()).includes('redis'), 20_000)).toBe(true);
      await redis.start();
      expect(await until(async () => (await faults()) === '', 20_000)).toBe(true);
      events.kill();
      expect(await until(async () => (await faults()).includes('event store'), 20_000)).toBe(true);
      await events.restart();
      expect(await until(async () => (await faults()) === '', 20_000)).toBe(true);
      await server.stop();
      await events.stop();
      await redis.remove();
      await folder.remove();
    },
    90_000,
  );
});
