import { randomBytes, randomUUID } from 'node:crypto';
import { openEventStoreDb, type OpenedEventStoreDb } from '@coxa/adapter-eventstoredb';
import { until } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';

const waitMs = 60_000;

describe('several who follow the events in one process (on a STAND-IN)', () => {
  let server: EventStoreStandIn;
  let opened: OpenedEventStoreDb;
  let stop: AbortController;
  let count: number;

  beforeEach(async () => {
    server = await EventStoreStandIn.start();
    opened = await openEventStoreDb({ url: server.url, prefix: 'coxa', masterKey: randomBytes(32) });
    stop = new AbortController();
    count = 0;
  });

  afterEach(async () => {
    stop.abort();
    await opened.close();
    await server.stop();
  });

  async function append(events: number, bytes = 0): Promise<void> {
    const named = Array.from({ length: events }, () => ({
      id: randomUUID(),
      type: 'coxa.thing-happened.v1',
      data: Buffer.from(String(count++).padEnd(bytes)),
      metadata: {},
    }));
    await opened.events.append(`coxa.s-${count}`, 'no-stream', named);
  }

  /** Follows; once `open` is given it handles nothing more until that resolves. */
  function following() {
    const seen: number[] = [];
    const held: { open?: Promise<void> } = {};
    const done = (async () => {
      for await (const message of opened.events.subscribe(null, stop.signal)) {
        await held.open;
        if (message.kind === 'events')
          seen.push(...message.events.map(({ data }) => Number(Buffer.from(data).toString())));
      }
    })();
    const has = (events: number) => until(() => seen.length >= events, waitMs);
    return { seen, held, done, has };
  }
  const all = () => Array.from({ length: count }, (_, i) => i);

  test('given three who follow, when events come, then each gets each once, in order', async () => {
    await append(3);
    const followers = [following(), following(), following()];
    for (const { has } of followers) expect(await has(3)).toBe(true);
    for (let i = 0; i < 20; i++) await append(2);
    for (const { has } of followers) expect(await has(43)).toBe(true);
    for (const { seen } of followers) expect(seen).toEqual(all());
    stop.abort();
    await Promise.all(followers.map(({ done }) => done));
  });

  test('given one who is slower than what is kept in memory, when it goes on, then it gets everything all the same, and held up nobody', async () => {
    const [slow, quick] = [following(), following()];
    await append(1);
    expect(await slow.has(1)).toBe(true);
    let open: (() => void) | undefined;
    slow.held.open = new Promise((resolve) => (open = resolve));
    // Few that are large: as many as fit otherwise cost so much time that a busy machine did not get through in any.
    for (let i = 0; i < 12; i++) await append(8, 100_000);
    expect(await quick.has(count)).toBe(true);
    expect(slow.seen.length).toBeLessThan(count);
    open!();
    expect(await slow.has(count)).toBe(true);
    expect(slow.seen).toEqual(all());
    expect(quick.seen).toEqual(all());
  });

  test('given followers, when the connection breaks again and again, then nothing is left out and nothing comes twice', async () => {
    const followers = [following(), following()];
    for (let i = 0; i < 5; i++) {
      await append(10);
      for (const { has } of followers) expect(await has(count)).toBe(true);
      server.network.reset();
    }
    await append(10);
    for (const { has } of followers) expect(await has(count)).toBe(true);
    for (const { seen } of followers) expect(seen).toEqual(all());
  });

  test('given all who follow have left, when somebody follows again, then everything comes', async () => {
    const before = following();
    await append(5);
    expect(await before.has(5)).toBe(true);
    stop.abort();
    await before.done;
    stop = new AbortController();
    const after = following();
    await append(5);
    expect(await after.has(10)).toBe(true);
    expect(after.seen).toEqual(all());
  });
});
