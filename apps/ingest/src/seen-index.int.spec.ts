import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Embedded, openEmbedded } from '@coxa/adapter-embedded';
import { type LogBatch, systemClock, until } from '@coxa/eventing';
import { SeenIndex } from './seen-index.js';

const topic = 't';
const group = 'g';
const partitions = [0, 1];
let folder: string;
let stores: Embedded;
let seen: SeenIndex;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coxa-seen-'));
  stores = await openEmbedded(folder, systemClock);
  await stores.log.ensureTopics([{ topic, partitions: 2 }]);
  seen = index();
});

afterEach(async () => {
  await stores.close();
  await rm(folder, { recursive: true, force: true });
});

const index = (log: Embedded['log'] = stores.log) =>
  new SeenIndex(log, stores.views, {
    topic,
    view: 'seen',
    keyOf: ({ key, headers }) => (headers['digest'] ? { key, digest: headers['digest'] } : null),
  });

const append = async (key: string, digest: string) => {
  const [place] = await stores.log.append([{ topic, key, value: new Uint8Array(), headers: { digest } }]);
  return place!;
};

/** Hands everything that the group has not committed yet to the index. */
async function consume(to: SeenIndex): Promise<void> {
  await to.takeUp(group, partitions);
  const stop = new AbortController();
  const running = stores.log.consume({ group, topics: [topic], signal: stop.signal }, (batch: LogBatch) =>
    to.take(batch),
  );
  await until(await to.upToNow(group), Infinity);
  stop.abort();
  await running;
}

describe('what was taken before', () => {
  test('a new key is known as soon as it is announced, and from the view once it is folded', async () => {
    expect(await seen.find('a')).toBeUndefined();
    const durable = append('a', 'x');
    seen.add('a', 'x', durable);
    expect(await seen.find('a')).toMatchObject({ kind: 'fresh', digest: 'x' });
    await durable;
    await consume(seen);
    const stored = { kind: 'stored', seen: { digest: 'x', offset: 0 } };
    expect(await seen.find('a')).toMatchObject(stored);
    expect(await index().find('a')).toMatchObject(stored);
  });

  test('what could not be made durable is forgotten, so that it can be sent again', async () => {
    const failed = Promise.reject(new Error('full disk'));
    seen.add('a', 'x', failed);
    await failed.catch(() => undefined);
    expect(await seen.find('a')).toBeUndefined();
  });

  test('of two with the same key in the log the first stands', async () => {
    await append('a', 'x');
    await append('a', 'y');
    await consume(seen);
    expect(await seen.find('a')).toMatchObject({ seen: { digest: 'x', offset: 0 } });
  });

  test('regression: given messages that never stop coming, when those that lay there when asked are in the view, then it has caught up', async () => {
    await append('a', 'x');
    const reached = await seen.upToNow(group);
    await seen.takeUp(group, partitions);
    const stop = new AbortController();
    let more = 0;
    const running = stores.log.consume({ group, topics: [topic], signal: stop.signal }, async (batch) => {
      // There is always one more than the group has committed.
      await append('a', `y${more++}`);
      await seen.take(batch);
    });
    expect(await until(reached, 20_000)).toBe(true);
    stop.abort();
    await running;
  });

  test('regression: given a topic of which retention took everything while nobody read it, when it is asked whether all is in the view, then it is', async () => {
    const { log } = stores;
    const emptied = Object.create(log) as typeof log;
    emptied.offsets = (_, of) =>
      Promise.resolve(
        partitions.map((partition) => ({ partition, start: 10, end: 10, committed: of ? 3 : null })),
      );
    const fresh = index(emptied);
    await fresh.takeUp(group, partitions);
    expect(await (await fresh.upToNow(group))()).toBe(true);
  });

  test('given a lost view, when restored, then what the group had committed is known again', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    for (const key of keys) await append(key, 'x');
    await consume(seen);
    await stores.views.replace('seen', null);
    const fresh = index();
    expect(await fresh.find('k0')).toBeUndefined();
    await fresh.takeUp(group, partitions);
    for (const key of keys) expect(await fresh.find(key)).toMatchObject({ kind: 'stored' });
  });

  test('regression: progress in one partition does not make another look folded', async () => {
    const keys = new Map<number, string>();
    for (let i = 0; keys.size < 2; i++) keys.set((await append(`k${i}`, 'x')).partition, `k${i}`);
    await consume(seen);
    const [far, near] = [keys.get(0)!, keys.get(1)!];
    for (let i = 0; i < 5; i++) await append(far, 'x');
    await consume(seen);
    const durable = append(`${near}`, 'y');
    seen.add('announced', 'y', durable);
    await durable;
    await new Promise((resolve) => setImmediate(resolve));
    expect(await seen.find('announced')).toMatchObject({ kind: 'fresh' });
  });
});
