import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SqliteViewStore } from '../../sqlite-view-store.js';
import { SealedSegment, segmentPath } from '../sealed-segment.js';
import { SegmentedMessageLog } from '../segmented-message-log.js';
import { packSegment, type ToPack } from './pack-segment.js';
import type * as Built from './pack-thread.js';

// A thread runs what was built.
const built = '../../../dist/segmented/packed/pack-thread.js';
const { PackThread, ThreadStopped } = (await import(built)) as typeof Built;

const topic = 't';
let folder: string;
let segment: ToPack;
let thread: Built.PackThread;

/** A finished segment of some hundred messages. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-thread-'));
  const views = new SqliteViewStore(join(folder, 'views.db'));
  const log = new SegmentedMessageLog(join(folder, 'log'), views.offsets, systemClock, 256 * 1024);
  await log.ensureTopics([{ topic, partitions: 1 }]);
  const value = Buffer.from(Float32Array.from({ length: 300 }, (_, i) => Math.round(i * 7.3) / 4).buffer);
  const records = Array.from({ length: 400 }, (_, i) => ({ topic, key: 'k', value, headers: { n: `${i}` } }));
  for (let i = 0; i < 400; i += 40) await log.append(records.slice(i, i + 40));
  await log.close();
  await views.close();
  const lane = join(folder, 'log', topic, '0');
  expect(readdirSync(lane).filter((name) => name.endsWith('.seg')).length).toBeGreaterThan(1);
  segment = { path: segmentPath(lane, 0), base: 0, end: await new SealedSegment(lane, 0, false).end() };
  thread = new PackThread();
});

afterEach(async () => {
  await thread.stop();
  rmSync(folder, { recursive: true, force: true });
});

const here = (name: string) => join(folder, name);

describe('a thread that packs', () => {
  test('given a segment, when it is packed there, then file and index are those that come about without it', async () => {
    const alone = await packSegment(segment, here('alone'), async () => undefined);
    const beside = await thread.pack(segment, here('beside'));
    expect(readFileSync(here('beside')).equals(readFileSync(here('alone')))).toBe(true);
    expect({ places: beside.index.places, end: beside.end }).toEqual({
      places: alone.index.places,
      end: alone.end,
    });
  });

  test('given a segment with a flipped bit, when it is packed there, then the damage is told with its place', async () => {
    const bytes = readFileSync(segment.path);
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(segment.path, bytes);
    await expect(thread.pack(segment, here('beside'))).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/\.seg: .* byte \d+/),
    });
  });

  test('given a place that cannot be written, when it is packed there, then what the file system said is told', async () => {
    await expect(thread.pack(segment, join(folder, 'not', 'there'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  test('regression: given that it is stopped, then it ends by itself; torn off within zlib it would take the process with it', async () => {
    const tornOff = jest.spyOn(Worker.prototype, 'terminate');
    const waiting = expect(thread.pack(segment, here('one'))).rejects.toBeInstanceOf(ThreadStopped);
    await Promise.all([thread.stop(), thread.stop()]);
    await waiting;
    expect(tornOff).not.toHaveBeenCalled();
    tornOff.mockRestore();
  });

  test('given that it is stopped, when somebody waits for a segment, then that is told, and the next one is packed all the same', async () => {
    const waiting = expect(thread.pack(segment, here('one'))).rejects.toBeInstanceOf(ThreadStopped);
    await thread.stop();
    await waiting;
    await thread.pack(segment, here('two'));
    expect(readFileSync(here('two')).length).toBeGreaterThan(0);
  });
});
