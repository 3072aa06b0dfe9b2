import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SqliteViewStore } from '../sqlite-view-store.js';
import { SegmentedMessageLog } from './segmented-message-log.js';

/** Written by the version whose frames had headers in JSON; never to be changed. */
const golden = (end: string): string =>
  fileURLToPath(new URL(`../../golden/frames-1.${end}`, import.meta.url));
const topic = 't';
const stored = (
  JSON.parse(readFileSync(golden('json'), 'utf8')) as {
    readonly value: string;
    readonly key: string;
    readonly headers: Record<string, string>;
  }[]
).map((message) => ({ ...message, value: Buffer.from(message.value, 'base64') }));

let folder: string;
let lane: string;
let views: SqliteViewStore;
let log: SegmentedMessageLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-old-segments-'));
  lane = join(folder, 'log', topic, '0');
  mkdirSync(lane, { recursive: true });
  views = new SqliteViewStore(join(folder, 'views.db'));
});

afterEach(async () => {
  await log.close();
  await views.close();
  rmSync(folder, { recursive: true, force: true });
});

const openLog = (): SegmentedMessageLog =>
  (log = new SegmentedMessageLog(join(folder, 'log'), views.offsets, systemClock, 64 * 1024));

const again = { topic, key: 'k', value: Buffer.from('new'), headers: { ce_id: 'new' } };
const nameOf = (base: number, end: string): string => join(lane, `${String(base).padStart(16, '0')}.${end}`);

describe('segments of the first form', () => {
  test('given the one that is written, when it is opened, then it reads as ever, and goes on in the new form', async () => {
    copyFileSync(golden('seg'), nameOf(0, 'seg'));
    // With room behind what is written, as it was left.
    truncateSync(nameOf(0, 'seg'), 64 * 1024);
    openLog();
    expect(await log.read(topic, 0, 0, 100)).toEqual(stored);
    expect(await log.read(topic, 0, 3, 2)).toEqual(stored.slice(3, 5));
    await log.append([again]);
    await log.close();
    openLog();
    const all = await log.read(topic, 0, 0, 100);
    expect(all.slice(0, 8)).toEqual(stored);
    expect(all[8]).toMatchObject({ ...again, offset: 8 });
  });

  test('given a packed one, when it is read, then it reads as ever', async () => {
    copyFileSync(golden('pack'), nameOf(0, 'pack'));
    copyFileSync(golden('seg'), nameOf(0, 'seg'));
    copyFileSync('/dev/null', nameOf(8, 'seg'));
    openLog();
    expect(await log.read(topic, 0, 0, 100)).toEqual(stored);
  });

  test('given finished ones, when they are packed, then they read as ever', async () => {
    copyFileSync(golden('seg'), nameOf(0, 'seg'));
    openLog();
    const large = { ...again, value: Buffer.alloc(50_000, 1) };
    for (let n = 0; n < 8; n++) await log.append([large]);
    await log.ensureTopics([{ topic, partitions: 1, packed: true }]);
    await log.packed();
    expect(statSync(nameOf(0, 'pack')).size).toBeLessThan(statSync(golden('seg')).size);
    expect(await log.read(topic, 0, 0, 8)).toEqual(stored);
  });
});
