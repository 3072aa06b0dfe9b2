import { randomBytes } from 'node:crypto';
import { openEventStoreDb, type OpenedEventStoreDb } from '@coxa/adapter-eventstoredb';
import { CommandHandler, type Decider, type EventCodec, type EventStore } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';

interface Said {
  readonly word: string;
}

/** Each word is said once. */
const decider: Decider<readonly string[], Said, Said> = {
  initialState: () => [],
  decide: (said, state) => (state.includes(said.word) ? [] : [said]),
  evolve: (state, { word }) => [...state, word],
};

const codec: EventCodec<Said> = {
  encode: (said) => ({ type: 'coxa.said.v1', data: Buffer.from(JSON.stringify(said).padEnd(2_000)) }),
  decode: ({ data }) => JSON.parse(Buffer.from(data).toString()) as Said,
};

const ordersOf = (words: number) =>
  Array.from({ length: words }, (_, i) => ({ command: { word: `w${i}` }, messageId: `m${i}` }));

describe('many orders of one id at once (on a STAND-IN)', () => {
  let server: EventStoreStandIn;
  let opened: OpenedEventStoreDb;
  beforeEach(async () => {
    server = await EventStoreStandIn.start();
    opened = await openEventStoreDb({ url: server.url, prefix: 'coxa', masterKey: randomBytes(32) });
  });
  afterEach(async () => {
    await opened.close();
    await server.stop();
  });

  const handler = (store: EventStore = opened.events) =>
    new CommandHandler({
      store,
      decider,
      codec,
      streamOf: (id) => `coxa.${id}`,
      shared: true,
    });

  test('regression: given orders whose events are more than the event store takes at once, when they are handled, then each event is there once, in order', async () => {
    const orders = ordersOf(1_200);
    const { done, events, position } = await handler().run('p', orders);
    expect([done, events.length]).toEqual([1_200, 1_200]);
    const stored = await opened.events.readStream('coxa.p');
    expect(stored.map((event) => codec.decode(event).word)).toEqual(
      orders.map(({ command }) => command.word),
    );
    expect(position).toBe(stored.at(-1)!.position);
    expect(await handler().run('p', orders)).toMatchObject({ done: 1_200, events: [], position: null });
  });

  test('regression: given somebody else who writes between two appends of one run, when it goes on, then nothing is lost or there twice, and all its events are answered', async () => {
    const other = handler();
    let appends = 0;
    const interrupted = new Proxy(opened.events, {
      get: (store, name) =>
        name === 'append'
          ? async (...args: Parameters<EventStore['append']>) => {
              if (++appends === 2) await other.handle('p', { command: { word: 'late' }, messageId: 'late' });
              return store.append(...args);
            }
          : Reflect.get(store, name),
    });
    const { done, events, position } = await handler(interrupted).run('p', ordersOf(1_200));
    expect([done, events.length]).toEqual([1_200, 1_200]);
    const stored = await opened.events.readStream('coxa.p');
    const words = stored.map((event) => codec.decode(event).word);
    expect(words).toHaveLength(1_201);
    expect(new Set(words).size).toBe(1_201);
    expect(words.indexOf('late')).toBeGreaterThan(0);
    expect(position).toBe(stored.at(-1)!.position);
  });
});
