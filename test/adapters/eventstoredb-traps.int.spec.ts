import { randomBytes, randomUUID } from 'node:crypto';
import { openEventStoreDb, type OpenedEventStoreDb } from '@coxa/adapter-eventstoredb';
import { RevisionConflict, until } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';

const times = { answerMs: 1_500, retryMs: 10_000 };
const event = (name: string, id: string = randomUUID()) => ({
  id,
  type: 'coxa.thing-happened.v1',
  data: Buffer.from(name),
  metadata: { causation: name },
});

/** What the client does that one would not expect, shown on a stand-in that can be made to fail. */
describe('traps of @eventstore/db-client (on a STAND-IN)', () => {
  let server: EventStoreStandIn;
  let opened: OpenedEventStoreDb;
  let stop: AbortController;

  beforeEach(async () => {
    server = await EventStoreStandIn.start();
    opened = await openEventStoreDb({ url: server.url, prefix: 'coxa', masterKey: randomBytes(32), times });
    stop = new AbortController();
  });

  afterEach(async () => {
    stop.abort();
    await opened.close();
    await server.stop();
  });

  /** Follows all events in the background; what came, and what was said. */
  function following(after: number | null = null) {
    const seen: string[] = [];
    const said: string[] = [];
    const done = (async () => {
      for await (const message of opened.events.subscribe(after, stop.signal)) {
        said.push(message.kind);
        if (message.kind === 'events')
          seen.push(...message.events.map(({ metadata }) => metadata['causation']!));
      }
    })();
    return { seen, said, done, has: (count: number) => until(() => seen.length >= count, 20_000) };
  }

  test('given appends of every kind, when they arrive, then each says what it expects of its stream', async () => {
    await opened.events.append('coxa.a', 'no-stream', [event('1')]);
    await opened.events.append('coxa.a', 0, [event('2')]);
    await opened.keyring.keyFor('p');
    await opened.keyring.erase('p');
    expect(server.expectations).not.toContain('any');
  });

  test('given many appends at once, when one of them fails, then the others do not fail with it', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        opened.events.append(`coxa.s-${i}`, i === 7 ? 3 : 'no-stream', [event(`${i}`)]),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(server.calls.get('batchAppend')).toBeUndefined();
  });

  test('given a conflict of which the answer tells a wrong revision, when it is raised, then it carries the real one', async () => {
    await opened.events.append('coxa.a', 'no-stream', [event('1'), event('2')]);
    server.faults.once('misleading-revision');
    const refusal = await opened.events.append('coxa.a', 9, [event('3')]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RevisionConflict);
    expect(refusal).toMatchObject({ actual: 1 });
    expect(
      await opened.events.append('coxa.none', 0, [event('x')]).catch((error: unknown) => error),
    ).toMatchObject({ actual: -1 });
  });

  test.each(['reset-before-append', 'reset-after-append', 'time-out-after-append'] as const)(
    'given %s, when an append is under way, then it is done once and answers where it lies',
    async (fault) => {
      await opened.events.append('coxa.a', 'no-stream', [event('0')]);
      server.faults.once(fault);
      const { revision, position } = await opened.events.append('coxa.a', 0, [event('1'), event('2')]);
      const stored = await opened.events.readStream('coxa.a');
      expect(stored.map(({ metadata }) => metadata['causation'])).toEqual(['0', '1', '2']);
      expect({ revision, position }).toEqual({ revision: 2, position: stored[2]!.position });
    },
  );

  test('given a server that takes calls and never answers, when it is asked, then every wait has an end', async () => {
    await opened.close();
    opened = await openEventStoreDb({
      url: server.url,
      prefix: 'other',
      masterKey: randomBytes(32),
      times: { answerMs: 200, retryMs: 400 },
    });
    server.faults.mute = true;
    const asked = [
      opened.events.append('other.a', 'no-stream', [event('1')]),
      opened.events.readStream('other.a'),
      opened.events.readAll(null, 10),
      opened.events.head(),
    ];
    for (const question of asked) await expect(question).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await opened.answers().catch(() => false)).toBe(false);
    server.faults.mute = false;
    expect(await opened.answers()).toBe(true);
  });

  test('given reading from a position, when it lies at an event, then that event does not come again', async () => {
    for (let i = 0; i < 5; i++) await opened.events.append(`coxa.s-${i}`, 'no-stream', [event(`e${i}`)]);
    const all = await opened.events.readAll(null, 100);
    const rest = await opened.events.readAll(all[1]!.position, 2);
    expect(rest.map(({ metadata }) => metadata['causation'])).toEqual(['e2', 'e3']);
  });

  test('given events of others among ours, when all is read, followed, or the newest asked for, then only ours are there', async () => {
    const foreign = (count: number) => {
      for (let i = 0; i < count; i++)
        server.book.append(
          '$stats',
          'any',
          [{ ...event('s'), contentType: 'application/json', metadata: Buffer.alloc(0) }],
          0,
        );
    };
    foreign(100);
    expect(await opened.events.head()).toBeNull();
    const { position } = await opened.events.append('coxa.a', 'no-stream', [event('mine')]);
    foreign(3_000);
    expect(await opened.events.head()).toBe(position);
    expect(await opened.events.readAll(null, 10)).toHaveLength(1);
    const follower = following();
    expect(await follower.has(1)).toBe(true);
    expect(await until(() => follower.said.includes('caught-up'), 20_000)).toBe(true);
    // What lies between is passed over when the subscription comes back.
    const isPast = () => server.subscribers.began.at(-1)! > position;
    for (let tries = 0; tries < 50 && !isPast(); tries++) {
      server.subscribers.drop();
      await until(isPast, 400);
    }
    expect(isPast()).toBe(true);
    await opened.events.append('coxa.a', 0, [event('mine too')]);
    expect(await follower.has(2)).toBe(true);
    expect(follower.seen).toEqual(['mine', 'mine too']);
  });

  test('given a subscription, when the server drops it, is killed, or the cable is pulled, then it comes back from the last position by itself', async () => {
    const follower = following();
    let written = 0;
    const write = () => opened.events.append(`coxa.w-${written}`, 'no-stream', [event(`w${written++}`)]);
    for (const blow of [
      () => server.subscribers.drop(),
      () => server.network.reset(),
      async () => {
        server.kill();
        await server.restart();
      },
      () => {
        server.network.pullCable();
        server.network.plugIn();
      },
    ]) {
      await write();
      await follower.has(written);
      await blow();
      await write();
      expect(await follower.has(written)).toBe(true);
    }
    expect(follower.seen).toEqual(Array.from({ length: written }, (_, i) => `w${i}`));
  });

  test('given a reader that is slow, when events pour in, then the server is made to wait and nothing is lost', async () => {
    const total = 20_000;
    for (let i = 0; i < total; i += 500)
      server.book.append(
        `coxa.bulk-${i}`,
        'no-stream',
        Array.from({ length: 500 }, (_, j) => ({
          ...event(`${i + j}`.padEnd(500)),
          contentType: 'application/octet-stream',
          metadata: Buffer.from('{}'),
        })),
        0,
      );
    const messages = opened.events.subscribe(null, stop.signal)[Symbol.asyncIterator]();
    await messages.next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.subscribers.sent).toBeLessThan(total / 2);
    let seen = 0;
    for (
      let next = await messages.next();
      !next.done && next.value.kind !== 'caught-up';
      next = await messages.next()
    )
      if (next.value.kind === 'events') seen += next.value.events.length;
    expect(seen).toBeGreaterThan(total - 1_001);
    await messages.return?.();
  });

  test('given a follower that stops, when it has, then its call is closed and later errors end nothing', async () => {
    const follower = following();
    await until(() => follower.said.includes('caught-up'), 20_000);
    stop.abort();
    await follower.done;
    expect(await until(() => server.subscribers.open === 0, 20_000)).toBe(true);
    for await (const message of opened.events.subscribe(null, new AbortController().signal))
      if (message.kind === 'caught-up') break;
    expect(await until(() => server.subscribers.open === 0, 20_000)).toBe(true);
    server.kill();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.restart();
    expect(await opened.events.head()).toBeNull();
  });

  test('given a server that is killed again and again, when many write, then every acknowledged event is there once, in order', async () => {
    const writers = Array.from({ length: 8 }, async (_, w) => {
      for (let i = 0; i < 40; i++)
        await opened.events.append(`coxa.writer-${w}`, i === 0 ? 'no-stream' : i - 1, [event(`${w}/${i}`)]);
    });
    const follower = following();
    const all = Promise.all(writers);
    for (let blow = 0; blow < 5; blow++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      server.kill();
      await server.restart();
    }
    await all;
    expect(await follower.has(320)).toBe(true);
    expect(new Set(follower.seen).size).toBe(320);
    for (let w = 0; w < 8; w++)
      expect(follower.seen.filter((name) => name.startsWith(`${w}/`))).toEqual(
        Array.from({ length: 40 }, (_, i) => `${w}/${i}`),
      );
  });

  test('given an erased key, when the stream is looked at, then the wrapped key cannot be read any more', async () => {
    await opened.keyring.keyFor('p');
    expect(server.book.stream('coxa:key-p')).toHaveLength(1);
    await opened.keyring.erase('p');
    expect(server.book.stream('coxa:key-p')!.map(({ type }) => type)).toEqual(['coxa.key-erased.v1']);
    expect(await opened.keyring.find('p')).toBeUndefined();
  });

  test('given two processes that make a key at once, when both have one, then it is the same', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => opened.keyring.keyFor('p')));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
  });

  test('given a lasting position, when the store is opened again, then it is there; two that keep the same one are told', async () => {
    const masterKey = randomBytes(32);
    const open = () => openEventStoreDb({ url: server.url, prefix: 'two', masterKey, times });
    const [one, other] = [await open(), await open()];
    await one.lasting.commit('relay-program', [], { events: 5 });
    await other.lasting.commit('relay-program', [], { events: 3 });
    await one.close();
    // The other finds out when it writes its own down.
    expect(
      await until(
        () =>
          other.lasting.commit('relay-program', [], { events: 4 }).then(
            () => false,
            ({ code }) => code === 'view-moved',
          ),
        10_000,
      ),
    ).toBe(true);
    expect(await other.lasting.positions('relay-program')).toEqual({ events: 5 });
    await other.close();
  });
});
