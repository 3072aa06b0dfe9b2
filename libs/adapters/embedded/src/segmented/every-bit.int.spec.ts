import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError, type LogMessage, systemClock } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SqliteViewStore } from '../sqlite-view-store.js';
import { ActiveSegment } from './active-segment.js';
import { HeadFile } from './head-file.js';
import { packSegment } from './packed/pack-segment.js';
import { readPacked } from './packed/read-packed.js';
import { readMessages } from './read-messages.js';
import { SegmentedMessageLog } from './segmented-message-log.js';

const topic = 't.v1';
const count = 12;
let folder: string;
let lane: string;
let whole: Buffer;
let used: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-every-bit-'));
  lane = join(folder, 'log', topic, '0');
  const views = new SqliteViewStore(join(folder, 'views.db'));
  const log = new SegmentedMessageLog(join(folder, 'log'), views.offsets, systemClock, 64 * 1024);
  await log.ensureTopics([{ topic, partitions: 1 }]);
  for (let i = 0; i < count; i += 3)
    await log.append(
      Array.from({ length: 3 }, (_, k) => ({
        topic,
        key: `k${i + k}`,
        value: Buffer.from(`value ${i + k} ${'x'.repeat(100)}`),
        headers: { ce_id: String(i + k) },
      })),
    );
  await log.close();
  await views.close();
  const [name] = readdirSync(lane).filter((each) => each.endsWith('.seg'));
  whole = readFileSync(join(lane, name!));
  const head = new HeadFile(join(lane, 'head'));
  used = head.read()!.bytes;
  head.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wanted = { lane: { topic, partition: 0 }, position: 0, from: 0, limit: 100, expectedBytes: 8_192 };

/** Flips one bit in each byte in turn, and hands over the path of the file that has it. */
async function forEachByte(
  bytes: Buffer,
  name: (place: number) => string,
  look: (path: string, place: number) => Promise<unknown>,
): Promise<void> {
  for (let place = 0; place < bytes.length; place++) {
    const path = join(folder, name(place));
    const damaged = Buffer.from(bytes);
    damaged[place]! ^= 1 << (place % 8);
    writeFileSync(path, damaged);
    const outcome = await look(path, place).then(
      () => 'served',
      (error: unknown) => (error instanceof EngineError ? error.code : error),
    );
    if (outcome !== 'corrupt') throw new Error(`byte ${place}: ${String(outcome)}`);
    rmSync(path);
  }
}

describe('a bit flipped in any byte that was acknowledged', () => {
  test('of the segment that is written: opening is refused', async () => {
    await forEachByte(
      whole.subarray(0, used),
      () => '0000000000000000.seg',
      async (path) => {
        const size = readFileSync(path).length;
        expect(size).toBe(used);
        ActiveSegment.open(folder, 0, { base: 0, bytes: used });
      },
    );
  });

  test('of a finished segment: reading it fails, and nothing of the frame is served', async () => {
    const sound: LogMessage[] = [];
    const place = join(folder, 'sound');
    writeFileSync(place, whole.subarray(0, used));
    await readMessages({ ...wanted, path: place, end: used }, sound);
    expect(sound).toHaveLength(count);
    await forEachByte(
      whole.subarray(0, used),
      () => 'damaged',
      async (path) => {
        const served: LogMessage[] = [];
        await readMessages({ ...wanted, path, end: used }, served).finally(() =>
          expect(plain(served)).toEqual(plain(sound.slice(0, served.length))),
        );
      },
    );
  });

  test('of a packed segment: the same', async () => {
    const source = join(folder, 'to-pack');
    writeFileSync(source, whole.subarray(0, used));
    const target = join(folder, 'packed');
    const end = { bytes: used, nextOffset: count, newestAt: 0 };
    await packSegment({ path: source, base: 0, end }, target, async () => undefined);
    const packed = readFileSync(target);
    const sound: LogMessage[] = [];
    await readPacked({ ...wanted, path: target, end: packed.length }, sound);
    expect(sound).toHaveLength(count);
    // What was unpacked lately is known by its path: each damage has its own.
    await forEachByte(
      packed,
      (byte) => `packed-${byte}`,
      async (path) => readPacked({ ...wanted, path, end: packed.length }, []),
    );
  });
});

const plain = (messages: readonly LogMessage[]) =>
  messages.map(({ value, ...rest }) => ({ ...rest, value: Buffer.from(value).toString() }));
