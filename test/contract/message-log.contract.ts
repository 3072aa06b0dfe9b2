import type { LogBatch, LogRecord, MessageLog } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Opened } from './opened.js';

const textOf = ({ messages }: LogBatch): string[] =>
  messages.map(({ value }) => Buffer.from(value).toString());

/** What every message log promises. */
export function messageLogContract(name: string, open: () => Promise<Opened<MessageLog>>): void {
  describe(`message log: ${name}`, () => {
    let opened: Opened<MessageLog>;
    let topic: string;
    const record = (key: string, value: string): LogRecord => ({
      topic,
      key,
      value: Buffer.from(value),
      headers: { ce_id: value },
    });

    beforeEach(async () => {
      opened = await open();
      // Of its own: some storage is shared by all tests.
      topic = `things-${randomUUID()}.v1`;
      await opened.port.ensureTopics([{ topic, partitions: 3 }]);
    });
    afterEach(() => opened.destroy());

    /** Consumes until `count` messages have come; commits each batch when told to. */
    async function take(log: MessageLog, group: string, count: number, commits = true): Promise<string[]> {
      const stop = new AbortController();
      const taken: string[] = [];
      await log.consume({ group, topics: [topic], signal: stop.signal }, async (batch) => {
        taken.push(...textOf(batch));
        if (commits) await batch.commit(batch.messages.at(-1)!.offset + 1);
        if (taken.length >= count) stop.abort();
      });
      return taken;
    }

    test('given records of several keys, when they are consumed, then each is there once with its bytes and headers, in order within its key', async () => {
      const all = Array.from({ length: 60 }, (_, i) => record(`k${i % 7}`, `v${i}`));
      const places = await opened.port.append(all);
      expect(places).toHaveLength(60);
      for (const [i, place] of places.entries()) {
        const [message] = await opened.port.read(topic, place.partition, place.offset, 1);
        expect(message).toMatchObject({ key: all[i]!.key, headers: { ce_id: `v${i}` } });
      }
      const taken = await take(opened.port, 'g', 60);
      expect(new Set(taken).size).toBe(60);
      for (let key = 0; key < 7; key++) {
        const mine = taken.map((value) => Number(value.slice(1))).filter((n) => n % 7 === key);
        expect(mine).toEqual([...mine].sort((a, b) => a - b));
      }
    });

    test('given a consumer who looks at headers only, then it is told of each record as any other is, but perhaps not of its value', async () => {
      const all = Array.from({ length: 60 }, (_, i) => record(`k${i % 7}`, `v${i}`));
      const places = await opened.port.append(all);
      const told = new Map<string, unknown>();
      const stop = new AbortController();
      const options = { group: 'g', topics: [topic], headersOnly: true, signal: stop.signal };
      await opened.port.consume(options, async ({ messages }) => {
        for (const { partition, offset, key, headers } of messages)
          told.set(`${partition}/${offset}`, { key, id: headers['ce_id'] });
        if (told.size >= 60) stop.abort();
      });
      const written = places.map(({ partition, offset }, i) => [`${partition}/${offset}`, all[i]!] as const);
      expect(told).toEqual(
        new Map(written.map(([place, { key, headers }]) => [place, { key, id: headers['ce_id'] }])),
      );
    });

    test('given a group that has committed, when the log is opened again, then it goes on from there, and another group from the beginning', async () => {
      await opened.port.append(Array.from({ length: 10 }, (_, i) => record('k', `v${i}`)));
      await take(opened.port, 'g', 10);
      const again = await opened.reopen();
      await again.append([record('k', 'v10')]);
      expect(await take(again, 'g', 1)).toEqual(['v10']);
      expect(await take(again, 'other', 11)).toHaveLength(11);
    });

    test('given a group that has not committed, when it comes again, then it gets the same again', async () => {
      await opened.port.append([record('k', 'a'), record('k', 'b')]);
      expect(await take(opened.port, 'g', 2, false)).toEqual(['a', 'b']);
      expect(await take(opened.port, 'g', 2)).toEqual(['a', 'b']);
    });

    test('given a commit, when an earlier one is sent after it, then it does not go back', async () => {
      await opened.port.append([record('k', 'a'), record('k', 'b')]);
      const stop = new AbortController();
      await opened.port.consume({ group: 'g', topics: [topic], signal: stop.signal }, async (batch) => {
        await batch.commit(2);
        await batch.commit(1);
        stop.abort();
      });
      const committed = (await opened.port.offsets(topic, 'g')).find(({ end }) => end === 2);
      expect(committed).toMatchObject({ start: 0, end: 2, committed: 2 });
    });

    test('given a handler that fails, when it does, then consume rejects with its error', async () => {
      await opened.port.append([record('k', 'a')]);
      const signal = new AbortController().signal;
      await expect(
        opened.port.consume({ group: 'g', topics: [topic], signal }, () => Promise.reject(new Error('no'))),
      ).rejects.toThrow('no');
    });

    test('given a running handler, when the signal aborts, then consume waits for it', async () => {
      await opened.port.append([record('k', 'a')]);
      const stop = new AbortController();
      let ended = false;
      await opened.port.consume({ group: 'g', topics: [topic], signal: stop.signal }, async () => {
        stop.abort();
        await new Promise((resolve) => setTimeout(resolve, 30));
        ended = true;
      });
      expect(ended).toBe(true);
    });

    test('given a consumer that waits, when something is appended, then it comes without being asked for', async () => {
      const taking = take(opened.port, 'g', 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await opened.port.append([record('k', 'late')]);
      expect(await taking).toEqual(['late']);
    });

    test('given one group on two topics, each consumed for itself, when both have records, then nobody gets the other’s, and all come', async () => {
      const other = `${topic}-other`;
      await opened.port.ensureTopics([{ topic: other, partitions: 3 }]);
      const all = (name: string) =>
        Array.from({ length: 12 }, (_, i) => ({ ...record(`k${i}`, `${name}-${i}`), topic: name }));
      await opened.port.append([...all(topic), ...all(other)]);
      const stop = new AbortController();
      const taken: Record<string, string[]> = { [topic]: [], [other]: [] };
      await Promise.all(
        [topic, other].map((name) =>
          opened.port.consume({ group: 'g', topics: [name], signal: stop.signal }, async (batch) => {
            taken[name]!.push(...batch.messages.map((message) => message.topic));
            await batch.commit(batch.messages.at(-1)!.offset + 1);
            if (Object.values(taken).flat().length >= 24) stop.abort();
          }),
        ),
      );
      for (const name of [topic, other]) expect(taken[name]).toEqual(Array(12).fill(name));
    });

    test('given no group, when a topic is consumed, then all of it comes, from the beginning, each time, and then what is new', async () => {
      await opened.port.append([record('k', 'a'), record('l', 'b')]);
      for (let time = 0; time < 2; time++) {
        const stop = new AbortController();
        const taken: string[] = [];
        let assigned = 0;
        const onAssigned = (partitions: readonly unknown[]) => void (assigned = partitions.length);
        await opened.port.consume({ topics: [topic], signal: stop.signal, onAssigned }, async (batch) => {
          await batch.commit(batch.messages.at(-1)!.offset + 1);
          taken.push(...textOf(batch));
          if (taken.length === 2 + time) await opened.port.append([record('k', `later-${time}`)]);
          if (taken.length === 3 + time) stop.abort();
        });
        expect(assigned).toBe(3);
        expect(taken.slice(0, 2 + time).sort()).toEqual(['a', 'b', 'later-0'].slice(0, 2 + time));
        expect(taken.at(-1)).toBe(`later-${time}`);
      }
    });

    test('given places, when they are read, then what lies there comes, from the oldest, and nothing beyond the end', async () => {
      const [place] = await opened.port.append([record('k', 'a')]);
      await opened.port.append(Array.from({ length: 5 }, (_, i) => record('k', `v${i}`)));
      const read = async (from: number, limit: number) =>
        (await opened.port.read(topic, place!.partition, from, limit)).map(({ headers }) => headers['ce_id']);
      expect(await read(0, 2)).toEqual(['a', 'v0']);
      expect(await read(4, 10)).toEqual(['v3', 'v4']);
      expect(await read(6, 10)).toEqual([]);
      expect(await read(600, 1)).toEqual([]);
      expect(await opened.port.read(topic, (place!.partition + 1) % 3, 0, 5)).toEqual([]);
    });

    test('given a topic with other partitions, when it is asked for, then it is refused: keys would change their order', async () => {
      await expect(opened.port.ensureTopics([{ topic, partitions: 5 }])).rejects.toMatchObject({
        code: 'topic-mismatch',
      });
    });
  });
}
