import { randomBytes, randomUUID } from 'node:crypto';
import { examineEventStoreDb, openEventStoreDb, type OpenedEventStoreDb } from '@coxa/adapter-eventstoredb';
import { until } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';

const masterKey = randomBytes(32);
const event = (name: string, bytes = 0) => ({
  id: randomUUID(),
  type: 'coxa.thing-happened.v1',
  data: Buffer.from(name.padEnd(bytes)),
  metadata: { causation: name },
});

/** What a real server does that an empty one of one's own does not, by its source. */
describe('an event store that others use too (on a STAND-IN)', () => {
  let server: EventStoreStandIn;
  let opened: OpenedEventStoreDb | undefined;
  let stop: AbortController;

  beforeEach(async () => {
    server = await EventStoreStandIn.start();
    opened = undefined;
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await opened?.close();
    await server.stop();
  });

  const options = () => ({ url: server.url, prefix: 'coxa', masterKey });
  const reads = () => server.calls.get('read') ?? 0;

  function others(count: number, bytes = 10): void {
    for (let i = 0; i < count; i++)
      server.book.append(
        `order-${i % 100}`,
        'any',
        [{ ...event('o', bytes), contentType: 'application/json', metadata: Buffer.alloc(0) }],
        0,
      );
  }

  function following() {
    const seen: string[] = [];
    const said: string[] = [];
    const done = (async () => {
      for await (const message of opened!.events.subscribe(null, stop.signal)) {
        said.push(message.kind);
        if (message.kind === 'events')
          seen.push(...message.events.map(({ metadata }) => metadata['causation']!));
      }
    })();
    return { seen, said, done, has: (count: number) => until(() => seen.length >= count, 20_000) };
  }

  test('regression: given many events of others, when an installation begins there, then they are not looked through', async () => {
    others(30_000);
    opened = await openEventStoreDb(options());
    expect(await opened.events.head()).toBeNull();
    expect(await opened.events.readAll(null, 10)).toEqual([]);
    const follower = following();
    expect(await until(() => follower.said.includes('caught-up'), 20_000)).toBe(true);
    expect(await until(() => server.subscribers.began.length > 0, 20_000)).toBe(true);
    expect(server.subscribers.began.at(0)).toBeGreaterThan(0);
    expect(reads()).toBeLessThan(15);
  });

  test('regression: given an installation long at rest beside busy others, when it is opened and read, then it takes few calls', async () => {
    opened = await openEventStoreDb(options());
    const { position } = await opened.events.append('coxa.a', 'no-stream', [event('first')]);
    others(10_000);
    await opened.events.append('coxa.a', 0, [event('second')]);
    others(10_000);
    await opened.close();
    opened = await openEventStoreDb(options());
    const before = reads();
    expect(await opened.events.head()).toBeGreaterThan(position);
    const all = await opened.events.readAll(null, 2);
    expect(all.map(({ metadata }) => metadata['causation'])).toEqual(['first', 'second']);
    expect(await opened.events.readAll(position, 1)).toHaveLength(1);
    expect(reads() - before).toBeLessThan(60);
  });

  test('regression: given many events of others and no installation, when it is examined, then they are not looked through', async () => {
    others(20_000);
    expect(await examineEventStoreDb(options())).toMatchObject({ claimed: false, newestAt: undefined });
    expect(reads()).toBeLessThan(10);
  });

  test('given an installation, when it is examined with and without its key, then its newest event is told, and whose it is only with it', async () => {
    opened = await openEventStoreDb(options());
    await opened.events.append('coxa.a', 'no-stream', [event('a')]);
    const seen = await examineEventStoreDb(options());
    expect(seen).toMatchObject({ claimed: true, version: server.faults.version });
    expect(seen.newestAt).toBeGreaterThan(0);
    expect(await examineEventStoreDb({ ...options(), masterKey: undefined })).toEqual({
      ...seen,
      claimed: false,
    });
  });

  test('given places that lie behind records and belong to no event, when a subscription goes on from them, then nothing is left out and nothing comes twice', async () => {
    opened = await openEventStoreDb(options());
    const follower = following();
    let written = 0;
    const write = () => opened!.events.append(`coxa.w-${written}`, 'no-stream', [event(`w${written++}`)]);
    for (let round = 0; round < 6; round++) {
      others(1_050);
      await write();
      others(2_100);
      server.subscribers.wake();
      expect(await follower.has(written)).toBe(true);
      server.subscribers.drop();
      await write();
      expect(await follower.has(written)).toBe(true);
    }
    expect(follower.seen).toEqual(Array.from({ length: written }, (_, i) => `w${i}`));
  });

  test('given a stream that was softly deleted, when it is written to, then that is told instead of a revision that is none', async () => {
    opened = await openEventStoreDb(options());
    await opened.events.append('coxa.a', 'no-stream', [event('1'), event('2')]);
    server.book.softDelete('coxa.a');
    expect(await opened.events.readStream('coxa.a')).toEqual([]);
    await expect(opened.events.append('coxa.a', 'no-stream', [event('3')])).rejects.toMatchObject({
      code: 'corrupt',
    });
  });

  test('given an installation whose first event was deleted and made anew, when it is opened, then its older events are there all the same', async () => {
    opened = await openEventStoreDb(options());
    await opened.events.append('coxa.a', 'no-stream', [event('old')]);
    await opened.close();
    server.book.softDelete('coxa:installation');
    server.book.append(
      'coxa:installation',
      'no-stream',
      [{ ...server.book.all.find(({ stream }) => stream === 'coxa:installation')!, id: randomUUID() }],
      0,
    );
    opened = await openEventStoreDb(options());
    expect(await opened.events.readAll(null, 10)).toHaveLength(1);
  });

  test('given an append above what the server takes, when it is refused, then that is final, and the next one is taken', async () => {
    opened = await openEventStoreDb(options());
    const large = Array.from({ length: 3 }, () => event('x', 400_000));
    await expect(opened.events.append('coxa.a', 'no-stream', large)).rejects.toMatchObject({
      code: 'undecodable',
    });
    expect(await opened.events.append('coxa.a', 'no-stream', large.slice(0, 2))).toMatchObject({
      revision: 1,
    });
  });

  test('given a server that is not ready yet, when it is opened, then that waits until it is', async () => {
    server.faults.notReady = true;
    const opening = openEventStoreDb({ ...options(), times: { answerMs: 5_000, retryMs: 20_000 } });
    expect(await until(() => (server.calls.get('append') ?? 0) >= 2, 20_000)).toBe(true);
    server.faults.notReady = false;
    opened = await opening;
    expect(await opened.answers()).toBe(true);
  });

  test('given somebody who may write events but not the metadata of streams, when it is examined, then that is a fault', async () => {
    server.faults.protectedPrefix = '$$';
    await expect(examineEventStoreDb(options())).rejects.toMatchObject({
      code: 'backend-unfit',
      message: expect.stringMatching(/Access Denied/),
    });
  });
});
