import { openRedis, type OpenedRedis } from '@coxa/adapter-redis';
import { until } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { redisProgramThere } from '../../scripts/backends/redis.mjs';
import { RedisProgram } from '../support/redis/redis-program.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const times = { connectMs: 2_000, commandMs: 500 };
const entry = (key: string, value: unknown = key) => ({ key, value });

/** What the client or the server do that one would not expect; each was seen, and each would harm a view. */
(redisProgramThere() ? describe : describe.skip)(
  'traps of Redis and ioredis (needs the redis-server program)',
  () => {
    let server: RedisProgram;
    let proxy: TcpProxy;
    let opened: OpenedRedis;

    beforeEach(async () => {
      server = await RedisProgram.start('--save', '', '--appendonly', 'no');
      proxy = await TcpProxy.to(server.port);
      opened = await openRedis({ url: `redis://127.0.0.1:${proxy.port}`, prefix: 'coxa', times });
    });

    afterEach(async () => {
      await opened.close();
      await proxy.close();
      await server.remove();
    });

    const back = () => until(() => opened.answers().catch(() => false), 10_000);

    test('given a server that was killed, when a view is asked for, then it is refused at once and works again after the restart', async () => {
      await server.kill();
      await until(async () => !(await opened.answers().catch(() => false)), 20_000);
      await expect(opened.views.list('v')).rejects.toMatchObject({ code: 'storage-failed' });
      expect(await opened.answers().catch(() => false)).toBe(false);
      await server.start();
      expect(await back()).toBe(true);
      expect(await opened.views.list('v')).toEqual([]);
    });

    test('given a server that takes a command and never answers, when it is asked, then the wait has an end', async () => {
      server.signal('SIGSTOP');
      await expect(opened.views.get('v', ['a'])).rejects.toMatchObject({ code: 'storage-failed' });
      server.signal('SIGCONT');
      expect(await back()).toBe(true);
    });

    test('given a pulled cable, when a view is asked for, then the wait has an end, and all is well once it is back', async () => {
      await opened.views.commit('v', [entry('a')], { events: 1 });
      proxy.pullCable();
      await expect(opened.views.get('v', ['a'])).rejects.toMatchObject({ code: 'storage-failed' });
      proxy.plugIn();
      expect(await back()).toBe(true);
      expect(await opened.views.get('v', ['a'])).toEqual(['a']);
    });

    test('given a commit whose answer was lost, when the connection is back, then it was done once and is not sent again', async () => {
      await opened.views.commit('v', [entry('sum', 1)], { events: 1 });
      proxy.dropAnswer('~lost~');
      await expect(
        opened.views.commit('v', [entry('sum', 2), entry('~lost~')], { events: 2 }),
      ).rejects.toMatchObject({
        code: 'storage-failed',
      });
      await back();
      // Whoever takes it for undone and commits again is told where the view stands.
      await expect(opened.views.commit('v', [entry('sum', 2)], { events: 2 })).rejects.toMatchObject({
        code: 'view-moved',
      });
      expect(await opened.views.positions('v')).toEqual({ events: 2 });
      await opened.views.commit('v', [entry('sum', 3)], { events: 3 });
      expect(await opened.views.get('v', ['sum'])).toEqual([3]);
    });

    test('given scripts that the server has forgotten, when a view is written, then they are sent again', async () => {
      await server.command('SCRIPT', 'FLUSH');
      await opened.views.commit('v', [entry('a')], { events: 1 });
      expect(await opened.views.get('v', ['a'])).toEqual(['a']);
    });

    test('given a master that has become a replica, when it is written to, then the client looks for another instead of failing for ever', async () => {
      await server.command('REPLICAOF', '127.0.0.1', '1');
      await expect(opened.views.commit('v', [entry('a')], { events: 1 })).rejects.toMatchObject({
        code: 'storage-failed',
      });
      await server.command('REPLICAOF', 'NO', 'ONE');
      await back();
      await opened.views.commit('v', [entry('a')], { events: 1 });
      expect(await opened.views.positions('v')).toEqual({ events: 1 });
    });

    test('given a flush, when readers and writers come, then nobody takes the lost view for an empty one until another is in its place', async () => {
      await opened.views.commit('v', [entry('a')], { events: 7 });
      await server.command('FLUSHALL');
      await expect(opened.views.get('v', ['a'])).rejects.toMatchObject({ code: 'view-moved' });
      await expect(opened.views.list('v')).rejects.toMatchObject({ code: 'view-moved' });
      await expect(opened.views.commit('v', [entry('b')], { events: 8 })).rejects.toMatchObject({
        code: 'view-moved',
      });
      await expect(opened.views.commit('v', [entry('b')], {})).rejects.toMatchObject({ code: 'view-moved' });
      expect(await opened.views.positions('v')).toEqual({});
      await expect(opened.views.list('v')).rejects.toMatchObject({ code: 'view-moved' });
      await opened.views.replace('v~rebuild', null);
      await opened.views.commit('v~rebuild', [entry('a'), entry('b')], { events: 8 });
      await opened.views.replace('v', 'v~rebuild');
      expect(await opened.views.get('v', ['a', 'b'])).toEqual(['a', 'b']);
      await opened.views.commit('v', [entry('c')], { events: 9 });
    });

    test('given a flush while a view is being built, when it is to take its place, then it does not', async () => {
      await opened.views.commit('v', [entry('old')], { events: 1 });
      await opened.views.commit('v~rebuild', [entry('half')], { events: 1 });
      await server.command('FLUSHALL');
      await expect(opened.views.replace('v', 'v~rebuild')).rejects.toMatchObject({ code: 'view-moved' });
      await expect(opened.views.list('v')).rejects.toMatchObject({ code: 'view-moved' });
    });

    test('given an older copy of the data, when the next commit comes, then it is refused, and goes on from where the copy stands', async () => {
      await opened.views.commit('v', [entry('a')], { events: 1 });
      const other = await openRedis({ url: server.url, prefix: 'coxa' });
      await server.command('SAVE');
      await opened.views.commit('v', [entry('b')], { events: 2 });
      await server.kill();
      await server.start();
      await back();
      await expect(opened.views.commit('v', [entry('c')], { events: 3 })).rejects.toMatchObject({
        code: 'view-moved',
      });
      expect(await opened.views.positions('v')).toEqual({ events: 1 });
      await opened.views.commit('v', [entry('b')], { events: 2 });
      await other.close();
    });

    test('given two writers of one view, when both commit from the same position, then one of them is refused and nothing of it is seen', async () => {
      const other = await openRedis({ url: server.url, prefix: 'coxa' });
      await opened.views.commit('v', [entry('sum', 1)], { events: 1 });
      expect(await other.views.positions('v')).toEqual({ events: 1 });
      await other.views.commit('v', [entry('sum', 2)], { events: 2 });
      await expect(opened.views.commit('v', [entry('sum', 99)], { events: 2 })).rejects.toMatchObject({
        code: 'view-moved',
      });
      expect(await other.views.get('v', ['sum'])).toEqual([2]);
      await other.close();
    });

    test('given more entries than Lua can unpack at once, when they are written, listed, asked for and removed, then all are', async () => {
      const keys = Array.from({ length: 20_000 }, (_, i) => `k${String(i).padStart(6, '0')}`);
      await opened.views.commit(
        'v',
        keys.map((key) => entry(key)),
        { events: 1 },
      );
      expect((await opened.views.list('v')).map(({ key }) => key)).toEqual(keys);
      expect((await opened.views.list('v', { reverse: true, limit: 2_500 })).at(-1)!.key).toBe('k017500');
      expect((await opened.views.get('v', keys)).filter((value) => value === undefined)).toEqual([]);
      await opened.views.commit(
        'v',
        keys.map((key) => ({ key, value: undefined })),
        { events: 2 },
      );
      expect(await opened.views.list('v')).toEqual([]);
    });

    test('given no memory left, when a view is written, then nothing of it is there and the writer is told to wait', async () => {
      await opened.views.commit('v', [entry('a')], { events: 1 });
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      await expect(opened.views.commit('v', [entry('b')], { events: 2 })).rejects.toMatchObject({
        code: 'storage-full',
      });
      expect(await opened.views.get('v', ['a', 'b'])).toEqual(['a', undefined]);
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
      await opened.views.commit('v', [entry('b')], { events: 2 });
    });
  },
);
