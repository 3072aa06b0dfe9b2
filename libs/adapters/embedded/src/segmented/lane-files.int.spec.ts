import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@coxa/eventing';
import { expect, test } from '@jest/globals';
import { SqliteViewStore } from '../sqlite-view-store.js';
import { SegmentedMessageLog } from './segmented-message-log.js';

const topic = 't.v1';

test('given segments that somebody laid aside under other names, when the log is opened, then copies count for nothing, and what is gone is told with its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coxa-lane-files-'));
  const lane = join(folder, 'log', topic, '0');
  const views = new SqliteViewStore(join(folder, 'views.db'));
  const opened = async () => {
    const log = new SegmentedMessageLog(join(folder, 'log'), views.offsets, systemClock, 64 * 1024);
    await log.ensureTopics([{ topic, partitions: 1 }]);
    return log;
  };
  const before = await opened();
  const values = Array.from({ length: 100 }, (_, i) => Buffer.alloc(2_000, i));
  for (const value of values) await before.append([{ topic, key: 'k', value, headers: {} }]);
  await before.close();
  const segments = readdirSync(lane).filter((name) => name.endsWith('.seg'));
  expect(segments.length).toBeGreaterThan(2);
  for (const name of segments) copyFileSync(join(lane, name), join(lane, `${name}.copy`));

  const log = await opened();
  const read = await log.read(topic, 0, 0, 1_000);
  expect(read.map(({ value }) => Buffer.from(value))).toEqual(values.slice(0, read.length));
  const last = await log.read(topic, 0, values.length - 1, 10);
  expect(last.map(({ value }) => Buffer.from(value))).toEqual(values.slice(-1));
  await log.close();
  for (const name of segments) rmSync(join(lane, name));
  await expect(opened()).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining(lane) });
  await views.close();
  rmSync(folder, { recursive: true });
});
