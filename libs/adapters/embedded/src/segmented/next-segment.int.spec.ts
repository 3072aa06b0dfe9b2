import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogRecord, systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SqliteViewStore } from '../sqlite-view-store.js';
import { mostFramesBytes } from './frames-of.js';
import { Lane } from './lane.js';
import { NextSegment, nextPath } from './next-segment.js';
import { segmentPath } from './sealed-segment.js';
import { SegmentedMessageLog } from './segmented-message-log.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-next-segment-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const isZero = (path: string): boolean => readFileSync(path).every((byte) => byte === 0);

describe('the file of the next segment', () => {
  test('given a part that is wanted, then about as much of it is there, all zeros, and the rest when it is taken', async () => {
    const next = new NextSegment(folder, 1_000_000, 1_000);
    next.upTo(0.1);
    expect(existsSync(nextPath(folder))).toBe(false);
    next.upTo(0.5);
    await until(() => existsSync(nextPath(folder)) && statSync(nextPath(folder)).size >= 3 * 128 * 1024);
    expect(statSync(nextPath(folder)).size).toBeLessThan(520_000);
    const { fd, direct } = await next.take(42);
    closeSync(fd);
    direct?.close();
    expect(readdirSync(folder)).toEqual(['0000000000000042.seg']);
    expect(statSync(segmentPath(folder, 42)).size).toBe(1_003_520);
    expect(isZero(segmentPath(folder, 42))).toBe(true);
  });

  test('given that it is not needed any more, then nothing is left of it', async () => {
    const next = new NextSegment(folder, 1_000_000, 1_000);
    next.upTo(1);
    await next.drop();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('given a folder that is gone, when it is taken, then what the file system said is told', async () => {
    const next = new NextSegment(join(folder, 'gone'), 1_000_000, 1_000);
    next.upTo(1);
    await expect(next.take(1)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('given a file that cannot be made nor removed, when it is wanted, then nothing goes unheard that would end the process, and who takes it is told', async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', hear);
  mkdirSync(join(nextPath(folder), 'in the way'), { recursive: true });
  const next = new NextSegment(folder, 1_000_000, 1_000);
  next.upTo(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(next.take(1)).rejects.toMatchObject({ code: 'EISDIR' });
  await next.drop();
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
});

describe('a lane whose first commit of a segment fails', () => {
  test('given that another was to follow in the next segment, then it goes into the same, and nothing is taken for a finished one', async () => {
    const lane = new Lane({ folder, topic: 't.v1', partition: 0, maxSegmentBytes: 64 * 1024 });
    const records = [{ topic: 't.v1', key: 'k', value: Buffer.alloc(40_000, 1), headers: {} }];
    const most = mostFramesBytes(50_000);
    const commit = async (at = 1_000) => {
      const staged = lane.stage(records, most, at);
      await staged.written;
      return staged;
    };
    lane.settle(await commit(1));
    await lane.roll();
    await commit();
    expect(lane.hasRoom(most)).toBe(false);
    lane.cutBack();
    await lane.roll();
    for (let n = 1; n < 5; n++) {
      lane.settle(await commit());
      await lane.roll();
    }
    // An empty one that has the name of what is written counts as old, and what is written would go with it.
    await lane.retain({ maxAgeMs: 500 }, 1_200, Infinity);
    expect(lane.start).toBe(1);
    const found: number[] = [];
    while (found.length < 4)
      found.push(...(await lane.read({ from: 1 + found.length, limit: 10 })).map(({ offset }) => offset));
    expect(found).toEqual([1, 2, 3, 4]);
    await lane.close();
    expect(readdirSync(folder).filter((name) => name.endsWith('.seg')).length).toBe(5);
  });
});

describe('a log whose segments are made ready', () => {
  const topic = 't.v1';
  const record = (n: number): LogRecord => ({ topic, key: 'k', value: Buffer.alloc(1_000, n), headers: {} });
  let views: SqliteViewStore;

  beforeEach(() => {
    views = new SqliteViewStore(join(folder, 'views.db'));
  });

  afterEach(() => views.close());

  async function openLog(): Promise<SegmentedMessageLog> {
    const log = new SegmentedMessageLog(join(folder, 'log'), views.offsets, systemClock);
    await log.ensureTopics([{ topic, partitions: 1 }]);
    return log;
  }

  test('given one that was killed beside a file half made, when it is opened, then the file is gone, and all goes on', async () => {
    const lane = join(folder, 'log', topic, '0');
    const log = await openLog();
    for (let n = 0; n < 200; n++) await log.append([record(n)]);
    await until(() => existsSync(nextPath(lane)));
    await log.close();
    expect(existsSync(nextPath(lane))).toBe(false);
    writeFileSync(nextPath(lane), 'half');
    const again = await openLog();
    expect(existsSync(nextPath(lane))).toBe(false);
    for (let n = 200; n < 1_000; n++) await again.append([record(n)]);
    const last = await again.read(topic, 0, 999, 1);
    expect(last[0]).toMatchObject({ offset: 999, value: record(999).value });
    await again.close();
  });

  test('given thousands of appends in one turn, then each is told its own place, in the order in which they came', async () => {
    const log = await openLog();
    const told: number[] = [];
    const appends = Array.from({ length: 3_000 }, async (_, n) => {
      const [place] = await log.append([record(n)]);
      told.push(place!.offset);
      return place!.offset;
    });
    const offsets = await Promise.all(appends);
    const inOrder = Array.from({ length: 3_000 }, (_, n) => n);
    expect(offsets).toEqual(inOrder);
    expect(told).toEqual(inOrder);
    const found: Uint8Array[] = [];
    while (found.length < 3_000)
      found.push(...(await log.read(topic, 0, found.length, 500)).map(({ value }) => value));
    expect(found.map((value) => value[0])).toEqual(inOrder.map((n) => n % 256));
    await log.close();
  });
});
