import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type LogRecord, systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openDatabase } from '../database.js';
import { SqliteViewStore } from '../sqlite-view-store.js';
import { carryOver } from './carry-over.js';
import { SegmentedMessageLog } from './segmented-message-log.js';

const topic = 't.v1';
const segmentBytes = 64 * 1024;
let folder: string;
let open: SegmentedMessageLog[] = [];
let views: SqliteViewStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-segments-'));
  views = new SqliteViewStore(join(folder, 'views.db'));
});

afterEach(async () => {
  for (const log of open) await log.close();
  open = [];
  await views.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openLog(clock: Clock = systemClock): Promise<SegmentedMessageLog> {
  const log = new SegmentedMessageLog(join(folder, 'log'), views.offsets, clock, segmentBytes);
  open.push(log);
  await log.ensureTopics([{ topic, partitions: 1 }]);
  return log;
}

async function close(log: SegmentedMessageLog): Promise<void> {
  open = open.filter((each) => each !== log);
  await log.close();
}

const record = (text: string): LogRecord => ({
  topic,
  key: 'k',
  value: Buffer.from(text),
  headers: { n: text },
});
const lane = () => join(folder, 'log', topic, '0');
const segments = () =>
  readdirSync(lane())
    .filter((name) => name.endsWith('.seg'))
    .sort();

async function readAll(log: SegmentedMessageLog): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const messages = await log.read(topic, 0, texts.length, 100);
    if (messages.length === 0) return texts;
    for (const { value, headers, key } of messages) {
      expect({ key, n: headers['n'] }).toEqual({ key: 'k', n: Buffer.from(value).toString() });
      texts.push(Buffer.from(value).toString());
    }
  }
}

async function fill(log: SegmentedMessageLog, count: number, size = 100): Promise<string[]> {
  const texts = Array.from({ length: count }, (_, i) => `${i}-${'x'.repeat(size)}`);
  for (let i = 0; i < count; i += 10) await log.append(texts.slice(i, i + 10).map(record));
  return texts;
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 0x10;
  writeFileSync(path, bytes);
}

describe('segments', () => {
  test('given more than a segment holds, when it is read after opening again, then all is there in order', async () => {
    const log = await openLog();
    const texts = await fill(log, 2_000);
    expect(segments().length).toBeGreaterThan(3);
    expect(await readAll(log)).toEqual(texts);
    await close(log);
    expect(await readAll(await openLog())).toEqual(texts);
  });

  test('given lost indexes, when it is opened, then they are made again from the segments', async () => {
    const log = await openLog();
    const texts = await fill(log, 2_000);
    await close(log);
    for (const name of readdirSync(lane())) if (name.endsWith('.idx')) rmSync(join(lane(), name));
    expect(await readAll(await openLog())).toEqual(texts);
  });

  test('given records of any sizes in any groups, when they are read from anywhere, then what comes is what was written there', async () => {
    const log = await openLog();
    const texts: string[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 8 }), {
          maxLength: 4,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (groups, where) => {
          await Promise.all(
            groups.map((sizes) => {
              const group = sizes.map((size, i) => `${texts.length + i}:${'y'.repeat(size)}`);
              texts.push(...group);
              return log.append(group.map(record));
            }),
          );
          const from = Math.floor(where * texts.length);
          // A read ends where a segment does; but for the end of the log it always brings something.
          const messages = await log.read(topic, 0, from, 5);
          expect(messages.length > 0).toBe(from < texts.length);
          expect(messages.map(({ value }) => Buffer.from(value).toString())).toEqual(
            texts.slice(from, from + messages.length),
          );
          expect(messages.length).toBeLessThanOrEqual(5);
          expect(messages.map(({ offset }) => offset)).toEqual(messages.map((_, i) => from + i));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('given a clock that steps back, when it appends, then receive times do not', async () => {
    let now = 2_000;
    const log = await openLog({ ...systemClock, now: () => now });
    await log.append([record('a')]);
    now = 1_000;
    await log.append([record('b')]);
    expect((await log.read(topic, 0, 0, 2)).map(({ appendedAt }) => appendedAt)).toEqual([2_000, 2_000]);
  });

  test('given a reader with a large limit, when messages are large, then it gets a few MiB at a time', async () => {
    const log = await openLog();
    const large = Buffer.alloc(1024 * 1024, 7);
    for (let i = 0; i < 12; i++) await log.append([{ topic, key: 'k', value: large, headers: {} }]);
    await close(log);
    const messages = await (await openLog()).read(topic, 0, 0, 500);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.length).toBeLessThanOrEqual(5);
  });
});

describe('damage', () => {
  test('given a bit flipped anywhere in what was acknowledged, when it is opened or read, then it is reported with its place, and nothing wrong is served', async () => {
    const log = await openLog();
    const texts = await fill(log, 700);
    await close(log);
    const files = segments();
    expect(files.length).toBeGreaterThan(1);
    for (const name of files) {
      const path = join(lane(), name);
      const whole = readFileSync(path);
      const used = name === files.at(-1) ? endOf(whole) : whole.length;
      const places = Array.from({ length: 40 }, (_, i) => Math.floor((i * (used - 1)) / 39));
      for (const place of [...places, 0, 4, 8, 12, 16, 24]) {
        flip(path, place);
        const outcome = await attempt(texts);
        expect({ name, place, outcome }).toEqual({ name, place, outcome: 'reported' });
        writeFileSync(path, whole);
      }
    }
    expect(await attempt(texts)).toBe('served');
  });

  /** Reads everything; what is served must be right. */
  async function attempt(texts: readonly string[]): Promise<'served' | 'reported'> {
    let log: SegmentedMessageLog | undefined;
    try {
      log = await openLog();
      for (let from = 0; from < texts.length;) {
        const messages = await log.read(topic, 0, from, 50);
        expect(messages.map(({ value }) => Buffer.from(value).toString())).toEqual(
          texts.slice(from, from + messages.length),
        );
        expect(messages.length).toBeGreaterThan(0);
        from += messages.length;
      }
      return 'served';
    } catch (error) {
      expect(error).toMatchObject({ code: 'corrupt', message: expect.stringMatching(/\.seg: .* byte \d+/) });
      return 'reported';
    } finally {
      if (log) await close(log);
    }
  }

  const endOf = (bytes: Buffer): number => {
    let end = bytes.length;
    while (bytes[end - 1] === 0) end--;
    return end;
  };

  test('given an append that was torn by a crash, when it is opened, then it is cut off and told, and the log goes on', async () => {
    const log = await openLog();
    const texts = await fill(log, 20);
    await close(log);
    const path = join(lane(), segments().at(-1)!);
    const bytes = readFileSync(path);
    const frame = Buffer.from(bytes.subarray(0, 300));
    frame.copy(bytes, endOf(bytes));
    writeFileSync(path, bytes);
    const again = await openLog();
    expect(again.cuts).toEqual([expect.stringContaining(path)]);
    expect(await readAll(again)).toEqual(texts);
    await again.append([record('after')]);
    await close(again);
    const last = await openLog();
    expect(last.cuts).toEqual([]);
    expect(await readAll(last)).toEqual([...texts, 'after']);
  });

  test('given acknowledged bytes that are gone from the end, when it is opened, then it is refused', async () => {
    const log = await openLog();
    await fill(log, 20);
    await close(log);
    const path = join(lane(), segments().at(-1)!);
    writeFileSync(path, readFileSync(path).subarray(0, 500));
    await expect(openLog()).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('given a finished segment that is gone, when it would be read, then its lack is reported', async () => {
    const log = await openLog();
    await fill(log, 2_000);
    await close(log);
    const middle = segments()[1]!;
    rmSync(join(lane(), middle));
    rmSync(join(lane(), middle.replace('.seg', '.idx')));
    await expect(readAll(await openLog())).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('retention', () => {
  const small = { topic, partitions: 1, retention: { maxBytes: 100_000 } };

  test('given a limit of size, when it is passed, then the oldest finished segments go, and readers begin with what is left', async () => {
    const log = await openLog();
    await fill(log, 2_000);
    await log.ensureTopics([small]);
    const start = (await log.offsets(topic))[0]!.start;
    expect(start).toBeGreaterThan(0);
    const [first] = await log.read(topic, 0, 0, 1);
    expect(first!.offset).toBe(start);
    expect(segments().reduce((sum, name) => sum + statSync(join(lane(), name)).size, 0)).toBeLessThan(
      300_000,
    );
  });

  test('given a group that is behind, when the limit is passed, then nothing goes that it still needs', async () => {
    const log = await openLog();
    await fill(log, 2_000);
    const stop = new AbortController();
    await log.consume({ group: 'g', topics: [topic], signal: stop.signal }, async (batch) => {
      await batch.commit(1);
      stop.abort();
    });
    await log.ensureTopics([small]);
    expect((await log.offsets(topic))[0]!.start).toBe(0);
  });

  test('given a limit of age, when time passes, then what is older goes', async () => {
    let now = 1_000;
    const log = await openLog({ ...systemClock, now: () => now });
    await fill(log, 1_000);
    now += 10_000;
    await fill(log, 1_000);
    await log.ensureTopics([{ topic, partitions: 1, retention: { maxAgeMs: 5_000 } }]);
    const [first] = await log.read(topic, 0, 0, 1);
    expect(first!.offset).toBeGreaterThan(300);
  });
});

test('given a log kept in SQLite, when it is carried over, then records, offsets, times and consumers are as they were, and the old file is set aside', async () => {
  const old = openDatabase(join(folder, 'log.db'), 'FULL');
  old.exec(`CREATE TABLE lanes (id INTEGER PRIMARY KEY, topic TEXT, partition INTEGER);
    CREATE TABLE records (place INTEGER PRIMARY KEY, key TEXT, value BLOB, headers TEXT, at INTEGER);
    INSERT INTO lanes VALUES (1, '${topic}', 0);`);
  const insert = old.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)');
  const texts = Array.from({ length: 2_500 }, (_, i) => `old-${i}`);
  texts.forEach((text, i) =>
    insert.run(2 ** 40 + i, 'k', Buffer.from(text), JSON.stringify({ n: text }), 1_000 + (i >> 2)),
  );
  old.close();
  const offsets = openDatabase(join(folder, 'offsets.db'), 'NORMAL');
  offsets.exec(
    "CREATE TABLE commits (consumer TEXT, lane INTEGER, next INTEGER); INSERT INTO commits VALUES ('g', 1, 77);",
  );
  offsets.close();
  await carryOver(folder, views.offsets, segmentBytes);
  await carryOver(folder, views.offsets, segmentBytes);
  const log = await openLog();
  expect(await readAll(log)).toEqual(texts);
  expect((await log.read(topic, 0, 9, 1))[0]).toMatchObject({ offset: 9, appendedAt: 1_002 });
  expect(await log.offsets(topic, 'g')).toEqual([{ partition: 0, start: 0, end: 2_500, committed: 77 }]);
  expect(readdirSync(folder)).toContain('log.db.carried-over');
});
