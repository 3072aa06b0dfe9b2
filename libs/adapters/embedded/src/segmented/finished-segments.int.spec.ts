import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mostFramesBytes } from './frames-of.js';
import { Lane } from './lane.js';
import { packSegment } from './packed/pack-segment.js';
import { mostRecordBytes } from './records.js';

const valueBytes = 8_000;
let folder: string;
let lane: Lane;

const opened = () => new Lane({ folder, topic: 't', partition: 0, maxSegmentBytes: 64 * 1024 });
const segments = () => readdirSync(folder).filter((name) => name.endsWith('.seg'));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-finished-'));
  lane = opened();
  for (let n = 0; n < 60; n++) await append(n, n);
});

afterEach(async () => {
  await lane.close();
  rmSync(folder, { recursive: true });
});

async function append(n: number, at: number): Promise<void> {
  const record = { topic: 't', key: 'k', value: Buffer.alloc(valueBytes, n), headers: {} };
  const most = mostFramesBytes(mostRecordBytes(record));
  if (!lane.hasRoom(most)) await lane.roll();
  const staged = lane.stage([record], most, at);
  await staged.written;
  lane.settle(staged);
}

test('regression: given a segment that retention takes away while it is packed, then its packed form never gets its name: a crash would leave a gap behind it', async () => {
  const [first] = segments();
  const seen = new Set<string | null>();
  const watching = watch(folder, (_, name) => seen.add(name));
  await lane.packOne(async (segment, target) => {
    const known = await packSegment(segment, target, () => Promise.resolve());
    await lane.retain({ maxBytes: 200_000 }, Date.now(), Infinity);
    return known;
  });
  await sleep(100);
  watching.close();
  expect(seen).toContain(first!.replace('.seg', '.packing'));
  expect(seen).not.toContain(first!.replace('.seg', '.pack'));
  expect(lane.start).toBeGreaterThan(0);
});

test('regression: given a segment that cannot be deleted, then retention takes none behind it before that has gone', async () => {
  const path = join(folder, segments()[0]!);
  renameSync(path, `${path}.aside`);
  mkdirSync(path);
  for (let tries = 0; tries < 2; tries++)
    await expect(lane.retain({ maxBytes: 200_000 }, Date.now(), Infinity)).rejects.toThrow(path);
  rmdirSync(path);
  renameSync(`${path}.aside`, path);
  await lane.close();
  lane = opened();
  for (let n = 0; n < 60; n++) expect((await lane.read({ from: n, limit: 1 }))[0]!.offset).toBe(n);
  await lane.retain({ maxBytes: 200_000 }, Date.now(), Infinity);
  expect(lane.start).toBeGreaterThan(0);
});

test.each([
  ['a reader', () => lane.read({ from: Number(segments()[1]!.split('.')[0]), limit: 1 })],
  ['retention', () => lane.retain({ maxBytes: 1e9 }, Date.now(), Infinity)],
])(
  'regression: given a damaged segment whose index was missing, and that %s has looked at, when the file is restored, then it is read again',
  async (_who, look) => {
    const path = join(folder, segments()[1]!);
    const base = Number(segments()[1]!.split('.')[0]);
    const whole = readFileSync(path);
    await lane.close();
    rmSync(path.replace('.seg', '.idx'));
    const broken = Buffer.from(whole);
    broken[100]! ^= 1;
    writeFileSync(path, broken);
    lane = opened();
    await look().catch((error: unknown) => expect(error).toMatchObject({ code: 'corrupt' }));
    await lane.close();
    writeFileSync(path, whole);
    lane = opened();
    expect((await lane.read({ from: base, limit: 1 }))[0]).toMatchObject({ offset: base });
  },
);

test('regression: given a clock that steps back, when the next segment begins, then receive times do not', async () => {
  const before = segments().length;
  for (let n = 60; segments().length < before + 2; n++) await append(n, 1);
  const [last] = await lane.read({ from: lane.end - 1, limit: 1 });
  expect(last!.appendedAt).toBe(59);
});
