import { deriveId } from '@coxa/contracts';
import { type EventStore, type NewEvent, RevisionConflict, type SubscriptionMessage } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Opened } from './opened.js';

const event = (name: string, data: Uint8Array = Buffer.from(`"${name}"`)): NewEvent => ({
  id: deriveId(name, 0),
  type: 'coxa.thing-happened.v1',
  data,
  metadata: { causation: name },
});

/** What every event store promises. */
export function eventStoreContract(name: string, open: () => Promise<Opened<EventStore>>): void {
  describe(`event store: ${name}`, () => {
    let opened: Opened<EventStore>;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.destroy());
    const named = (stream: string) => `${opened.prefix ?? ''}${stream}`;

    test('given a new stream, when events are appended, then they are read back byte by byte, in order, with their places', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const { revision, position } = await opened.port.append(named('s-1'), 'no-stream', [
        event('a', bytes),
        event('b'),
      ]);
      expect(revision).toBe(1);
      const [a, b] = await opened.port.readStream(named('s-1'));
      expect(Buffer.from(a!.data).equals(Buffer.from(bytes))).toBe(true);
      expect([a!.revision, b!.revision, b!.position]).toEqual([0, 1, position]);
      expect(a).toMatchObject({
        id: event('a').id,
        type: 'coxa.thing-happened.v1',
        metadata: { causation: 'a' },
        stream: named('s-1'),
      });
      expect(await opened.port.readStream(named('s-1'), { from: 1, limit: 1 })).toHaveLength(1);
      expect(await opened.port.readStream(named('nobody'))).toEqual([]);
    });

    test('given a stream, when the expected revision is another, then nothing is appended and the real one is told', async () => {
      await opened.port.append(named('s-1'), 'no-stream', [event('a')]);
      for (const expected of ['no-stream', 5] as const) {
        const refusal: unknown = await opened.port
          .append(named('s-1'), expected, [event('x')])
          .catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(RevisionConflict);
        expect(refusal).toMatchObject({ code: 'revision-conflict', actual: 0 });
      }
      const missing: unknown = await opened.port
        .append(named('none'), 0, [event('x')])
        .catch((error: unknown) => error);
      expect(missing).toMatchObject({ actual: -1 });
      expect(await opened.port.readStream(named('s-1'))).toHaveLength(1);
    });

    test('given an append whose outcome was unknown, when it is repeated with the same ids, then it answers the first result', async () => {
      const first = await opened.port.append(named('s-1'), 'no-stream', [event('a'), event('b')]);
      await opened.port.append(named('s-1'), 1, [event('c')]);
      expect(await opened.port.append(named('s-1'), 'no-stream', [event('a'), event('b')])).toEqual(first);
      await expect(
        opened.port.append(named('s-1'), 'no-stream', [event('a'), event('other')]),
      ).rejects.toBeInstanceOf(RevisionConflict);
      expect(await opened.port.readStream(named('s-1'))).toHaveLength(3);
    });

    test('given many writers of one stream, when they append at once, then exactly one wins', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => opened.port.append(named('s-1'), 'no-stream', [event(`w${i}`)])),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await opened.port.readStream(named('s-1'))).toHaveLength(1);
    });

    test('given a subscription from the middle, when writers go on, then it misses nothing, repeats nothing, and says so when it has caught up', async () => {
      for (let i = 0; i < 10; i++) await opened.port.append(named(`s-${i}`), 'no-stream', [event(`e${i}`)]);
      const [, , third] = await opened.port.readAll(null, 3);
      const stop = new AbortController();
      const seen: string[] = [];
      const said: SubscriptionMessage['kind'][] = [];
      const following = (async () => {
        for await (const message of opened.port.subscribe(third!.position, stop.signal)) {
          said.push(message.kind);
          if (message.kind !== 'events') continue;
          seen.push(...message.events.map(({ metadata }) => metadata['causation']!));
          if (seen.length >= 207) stop.abort();
        }
      })();
      await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          opened.port.append(named(`t-${i}`), 'no-stream', [event(`f${i}`)]),
        ),
      );
      await following;
      expect(seen.slice(0, 7)).toEqual(['e3', 'e4', 'e5', 'e6', 'e7', 'e8', 'e9']);
      expect(new Set(seen).size).toBe(207);
      expect(said[0]).toBe('events');
    });

    test('given events, when the store is opened again, then all is there and the head is the last', async () => {
      expect(await opened.port.head()).toBeNull();
      const { position } = await opened.port.append(named('s-1'), 'no-stream', [event('a')]);
      const again = await opened.reopen();
      expect(await again.head()).toBe(position);
      expect(await again.readAll(null, 10)).toHaveLength(1);
      expect((await again.append(named('s-1'), 0, [event('b')])).position).toBeGreaterThan(position);
    });
  });
}
