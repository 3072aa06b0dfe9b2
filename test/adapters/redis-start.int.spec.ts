import { createServer } from 'node:net';
import { openRedis } from '@coxa/adapter-redis';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { redisProgramThere } from '../../scripts/backends/redis.mjs';
import { RedisProgram } from '../support/redis/redis-program.js';

const times = { connectMs: 2_000, commandMs: 2_000 };

const refusal = (url: string) =>
  openRedis({ url, prefix: 'coxa', times }).then(
    async (opened) => {
      await opened.close();
      return undefined;
    },
    (error: unknown) => error,
  );

async function withServer(settings: string[], work: (server: RedisProgram) => Promise<void>): Promise<void> {
  const server = await RedisProgram.start('--save', '', ...settings);
  try {
    await work(server);
  } finally {
    await server.remove();
  }
}

describe('a Redis that cannot be used, at the start', () => {
  test('given nobody at the address, when it is opened, then the fault says where, why and what to do, without the password', async () => {
    const port = await freePort();
    const fault = await refusal(`redis://user:topsecret@127.0.0.1:${port}`);
    expect(fault).toMatchObject({ code: 'backend-unfit' });
    expect(String(fault)).toMatch(`redis://***@127.0.0.1:${port}`);
    expect(String(fault)).toMatch(/ECONNREFUSED.*start it, or correct COXA_REDIS_URL/);
    expect(String(fault)).not.toContain('topsecret');
  });

  test('given somebody who never answers, when it is opened, then the wait has an end', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as { port: number };
    expect(await refusal(`redis://127.0.0.1:${port}`)).toMatchObject({ code: 'backend-unfit' });
    mute.close();
  });

  test('given a version that lacks what is needed, when it is opened, then it is refused with both versions', async () => {
    const about = '# Server\r\nredis_version:5.0.7\r\nloading:0\r\n';
    const old = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        for (const _ of chunk.toString().match(/^\*\d/gm) ?? [])
          socket.write(`$${about.length}\r\n${about}\r\n`);
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => old.once('listening', resolve));
    const { port } = old.address() as { port: number };
    expect(String(await refusal(`redis://127.0.0.1:${port}`))).toMatch(/version 5\.0\.7: use 6\.2 or later/);
    old.close();
  });

  const real = redisProgramThere() ? test : test.skip;

  real(
    'given a password that is wrong or missing, when it is opened, then the fault says which setting to change',
    () =>
      withServer(['--requirepass', 'right'], async ({ port }) => {
        for (const user of ['', ':wrong@'])
          expect(String(await refusal(`redis://${user}127.0.0.1:${port}`))).toMatch(
            /put user and password into COXA_REDIS_URL/,
          );
        expect(await refusal(`redis://:right@127.0.0.1:${port}`)).toBeUndefined();
      }),
  );

  real(
    'given a user who may only read, when it is opened, then it is refused before the first patient comes',
    () =>
      withServer(
        ['--user', 'reader', 'on', '>pw', '~*', '+@read', '+@connection', '+info'],
        async ({ port }) => {
          expect(String(await refusal(`redis://reader:pw@127.0.0.1:${port}`))).toMatch(
            /NOPERM.*let its user run scripts/,
          );
        },
      ),
  );

  real(
    'given a server that would take entries away when memory is short, when it is opened, then it is refused',
    () =>
      withServer(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'], async ({ url }) => {
        expect(String(await refusal(url))).toMatch(/allkeys-lru.*noeviction/);
      }),
  );

  real(
    'given a cluster, when it is opened, then it is used as one, and a view and what replaces it lie on one node',
    () =>
      withServer(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'], async (server) => {
        await server.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        while (!String(await server.command('CLUSTER', 'INFO')).includes('cluster_state:ok'))
          await new Promise((resolve) => setTimeout(resolve, 50));
        const { views, close, answers } = await openRedis({ url: server.url, prefix: 'coxa', times });
        await views.commit('timeline.v1', [{ key: 'a', value: 1 }], { events: 1 });
        await views.commit('timeline.v2', [{ key: 'a', value: 2 }], { events: 1 });
        await views.replace('timeline.v1', 'timeline.v2');
        await views.commit('timeline.v1~rebuild', [{ key: 'a', value: 3 }], { events: 1 });
        await views.replace('timeline.v1', 'timeline.v1~rebuild');
        expect(await views.list('timeline.v1')).toEqual([{ key: 'a', value: 3 }]);
        expect(await answers()).toBe(true);
        await close();
      }),
  );
});
