import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCbor } from '@coxa/contracts';
import { type LogMessage, type LogRecord, systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SqliteViewStore } from '../../sqlite-view-store.js';
import { SegmentedMessageLog } from '../segmented-message-log.js';

const topic = 'readings.v1';
const names = ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'];
const samples = 50;

/** A sensor of 16 bits that moves, sent as float32: 24 bytes a sample. */
function batch(sequence: number): Uint8Array {
  const step = 0.0012;
  const column = (phase: number) =>
    Float32Array.from(
      { length: samples },
      (_, i) =>
        Math.round(3_000 * Math.sin((sequence * samples + i) / 40 + phase) + ((i * 7919) % 16)) * step,
    );
  return encodeCbor({
    deviceId: `device-${sequence % 3}`,
    sessionId: 's',
    sequence,
    startedAt: '2026-01-06T18:00:00Z',
    channels: Object.fromEntries(names.map((name, i) => [name, column(i)])),
  });
}

const record = (sequence: number): LogRecord => ({
  topic,
  key: `p${sequence % 3}`,
  value: batch(sequence),
  headers: { ce_id: `s/${sequence}`, ce_time: new Date(1.8e12 + sequence).toISOString() },
});

let folder: string;
let views: SqliteViewStore;
let open: SegmentedMessageLog[] = [];
const lane = () => join(folder, 'log', topic, '0');
const files = (end: string) =>
  readdirSync(lane())
    .filter((name) => name.endsWith(end))
    .sort();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-packed-'));
  views = new SqliteViewStore(join(folder, 'views.db'));
});

afterEach(async () => {
  for (const log of open) await log.close();
  open = [];
  await views.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Notes what it tells. */
async function openLog(
  packed = true,
  notes: string[] = [],
  segmentBytes = 256 * 1024,
): Promise<SegmentedMessageLog> {
  const tell = (note: string) => void notes.push(note);
  const log = new SegmentedMessageLog(join(folder, 'log'), views.offsets, systemClock, segmentBytes, tell);
  open.push(log);
  await log.ensureTopics([{ topic, partitions: 1, packed }]);
  return log;
}

async function close(log: SegmentedMessageLog): Promise<void> {
  open = open.filter((each) => each !== log);
  await log.close();
}

async function readAll(log: SegmentedMessageLog): Promise<LogMessage[]> {
  const all: LogMessage[] = [];
  for (;;) {
    const messages = await log.read(topic, 0, all.length, 500);
    if (messages.length === 0) return all;
    all.push(...messages);
  }
}

/** A log of `count` batches, several segments of them finished; what was read of it before anything was packed. */
async function filled(count = 800, segmentBytes?: number): Promise<LogMessage[]> {
  const log = await openLog(false, [], segmentBytes);
  for (let i = 0; i < count; i += 50) await log.append(Array.from({ length: 50 }, (_, k) => record(i + k)));
  const messages = await readAll(log);
  expect(messages).toHaveLength(count);
  await close(log);
  return messages.map((message) => ({ ...message, value: Buffer.from(message.value) }));
}

/** Like `filled`, and then packed. */
async function packed(): Promise<LogMessage[]> {
  const before = await filled();
  const log = await openLog();
  await log.packed();
  await close(log);
  expect(files('.pack').length).toBeGreaterThan(1);
  return before;
}

const plain = (messages: readonly LogMessage[]) =>
  messages.map(({ value, ...rest }) => ({ ...rest, value: Buffer.from(value).toString('base64') }));

describe('finished segments are packed', () => {
  test('given samples of a 16-bit sensor, when they are packed, then a sample of six channels takes at most 8 bytes, and everything comes back bit for bit', async () => {
    const before = await filled(2_500, 1024 * 1024);
    const log = await openLog();
    await log.packed();
    const bases = files('.pack').map((name) => Number(name.split('.')[0]));
    expect(bases.length).toBeGreaterThan(1);
    expect(files('.seg').map((name) => Number(name.split('.')[0]))).not.toContain(bases[0]);
    const bytes = files('.pack').reduce((sum, name) => sum + statSync(join(lane(), name)).size, 0);
    const rawBases = files('.seg').map((name) => Number(name.split('.')[0]));
    expect(bytes / (Math.min(...rawBases) * samples)).toBeLessThanOrEqual(8);
    expect(plain(await readAll(log))).toEqual(plain(before));
    await close(log);
    expect(plain(await readAll(await openLog()))).toEqual(plain(before));
  });

  test('given readers while it is packed, then they see what was always there', async () => {
    const before = await filled();
    const log = await openLog();
    let done = false;
    const packing = log.packed().then(() => (done = true));
    let rounds = 0;
    do {
      const from = (rounds * 317) % before.length;
      const read = plain(await log.read(topic, 0, from, 3));
      expect(read.length).toBeGreaterThan(0);
      expect(read).toEqual(plain(before.slice(from, from + read.length)));
      rounds++;
    } while (!done);
    await packing;
    expect(rounds).toBeGreaterThan(5);
  });

  test('given lost indexes, then they are made again', async () => {
    const before = await packed();
    for (const name of files('idx')) rmSync(join(lane(), name));
    expect(plain(await readAll(await openLog()))).toEqual(plain(before));
    expect(files('.pack-idx').length).toBeGreaterThan(1);
  });

  test('given a limit of size, then packed segments go first, as the oldest', async () => {
    await packed();
    const log = await openLog();
    await log.ensureTopics([{ topic, partitions: 1, packed: true, retention: { maxBytes: 300_000 } }]);
    const [{ start } = { start: 0 }] = await log.offsets(topic);
    expect(start).toBeGreaterThan(0);
    expect((await log.read(topic, 0, 0, 1))[0]!.offset).toBe(start);
  });

  test('given new records after packing and a crash, then the log goes on behind them', async () => {
    const before = await packed();
    const log = await openLog();
    await log.append([record(before.length)]);
    expect((await readAll(log)).at(-1)!.offset).toBe(before.length);
  });
});

describe('packing that was cut short', () => {
  test('given half a packed file, then it is removed at the next start and made anew', async () => {
    const before = await filled();
    const half = join(lane(), `${files('.seg')[0]!.replace('.seg', '.packing')}`);
    writeFileSync(half, Buffer.alloc(5_000, 7));
    const log = await openLog(false);
    expect(files('.packing')).toEqual([]);
    expect(plain(await readAll(log))).toEqual(plain(before));
  });

  test('given both forms of a segment, then the packed one is kept and the other removed', async () => {
    const before = await filled();
    const first = files('.seg')[0]!;
    copyFileSync(join(lane(), first), join(folder, 'kept'));
    const log = await openLog();
    await log.packed();
    await close(log);
    copyFileSync(join(folder, 'kept'), join(lane(), first));
    expect(plain(await readAll(await openLog(false)))).toEqual(plain(before));
    expect(files('.seg')).not.toContain(first);
  });

  test('given the log is closed while it packs, then nothing half-made is left', async () => {
    const before = await filled();
    await close(await openLog());
    expect(files('.packing')).toEqual([]);
    expect(plain(await readAll(await openLog(false)))).toEqual(plain(before));
  });
});

describe('damage', () => {
  test('given a bit flipped anywhere in a packed segment, then it is reported with its place, and nothing wrong is served', async () => {
    const before = await packed();
    const path = join(lane(), files('.pack')[0]!);
    const whole = readFileSync(path);
    const places = Array.from({ length: 40 }, (_, i) => Math.floor((i * (whole.length - 1)) / 39));
    for (const place of [...places, 1, 5, 9, 13, 17, 25, 33, 37]) {
      const bytes = Buffer.from(whole);
      bytes[place]! ^= 1 << (place % 8);
      writeFileSync(path, bytes);
      const log = await openLog(false);
      const outcome = await readAll(log).then(
        () => 'served',
        (error: unknown) => error,
      );
      expect({ place, outcome }).toEqual({
        place,
        outcome: expect.objectContaining({
          code: 'corrupt',
          message: expect.stringMatching(/\.pack: .* byte \d+/),
        }),
      });
      await close(log);
    }
    writeFileSync(path, whole);
    expect(plain(await readAll(await openLog(false)))).toEqual(plain(before));
  });

  test('given a damaged segment, then it is not packed, and its damage is told', async () => {
    await filled();
    const first = files('.seg')[0]!;
    const bytes = readFileSync(join(lane(), first));
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(join(lane(), first), bytes);
    rmSync(join(lane(), first.replace('.seg', '.idx')));
    const notes: string[] = [];
    const log = await openLog(true, notes);
    await log.packed();
    expect(files('.seg')).toContain(first);
    await expect(readAll(log)).rejects.toMatchObject({ code: 'corrupt' });
  });
});
