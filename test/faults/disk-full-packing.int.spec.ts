import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type LogMessage, systemClock } from '@coxa/eventing';
import { describe, expect, test } from '@jest/globals';
import { SegmentedMessageLog } from '../../libs/adapters/embedded/src/segmented/segmented-message-log.js';
import { SqliteViewStore } from '../../libs/adapters/embedded/src/sqlite-view-store.js';
import { fill, mountable, whyNoSmallDisk, withSmallDisk } from '../support/small-disk.js';
import { tempFolder } from '../support/temp-folder.js';

const topic = 'readings.v1';
const count = 400;
const record = (i: number) => ({
  topic,
  key: 'p',
  // What nothing packs: a block is as long as what it holds.
  value: Buffer.concat(
    Array.from({ length: 40 }, (_, k) => createHash('sha256').update(`${i}/${k}`).digest()),
  ),
  headers: { ce_id: `${i}` },
});

async function readAll(log: SegmentedMessageLog): Promise<LogMessage[]> {
  const all: LogMessage[] = [];
  for (;;) {
    const messages = await log.read(topic, 0, all.length, 500);
    if (messages.length === 0) return all;
    all.push(...messages);
  }
}

const small = mountable();
if (!small) console.warn(`a disk that is full while readings are packed is not tested: ${whyNoSmallDisk}`);

describe('a disk that fills up while a finished segment is packed', () => {
  (small ? test : test.skip)(
    'given a write that takes only a part of a block, then the segment stays as it is, and is packed when there is space',
    async () => {
      const views = await tempFolder();
      await withSmallDisk(async (disk) => {
        const store = new SqliteViewStore(join(views.path, 'views.db'));
        const lane = join(disk, 'log', topic, '0');
        const opened = async () => {
          const log = new SegmentedMessageLog(join(disk, 'log'), store.offsets, systemClock, 128 * 1024);
          await log.ensureTopics([{ topic, partitions: 1 }]);
          return log;
        };
        const pack = async (log: SegmentedMessageLog) => {
          await log.ensureTopics([{ topic, partitions: 1, packed: true }]);
          await log.packed();
        };
        const packs = () => readdirSync(lane).filter((name) => name.endsWith('.pack'));
        // given finished segments of one block each, and room for a part of a block
        const first = await opened();
        for (let i = 0; i < count; i += 40)
          await first.append(Array.from({ length: 40 }, (_, k) => record(i + k)));
        const filler = join(disk, 'filler');
        fill(filler);
        truncateSync(filler, statSync(filler).size - 16 * 1024);
        // when they are packed
        await pack(first);
        await first.close();
        // then nothing has changed, and when there is space it is made up for
        expect(packs()).toEqual([]);
        rmSync(filler);
        const after = await opened();
        await pack(after);
        expect(packs().length).toBeGreaterThan(1);
        const messages = await readAll(after);
        expect(messages.map(({ value }) => Buffer.from(value))).toEqual(
          Array.from({ length: count }, (_, i) => record(i).value),
        );
        await after.close();
        await store.close();
      });
      await views.remove();
    },
  );
});
