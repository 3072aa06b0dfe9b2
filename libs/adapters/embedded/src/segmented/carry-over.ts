import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsumerOffsets } from '../consumer-offsets.js';
import { bytesOf, openDatabase, type SqliteDatabase } from '../database.js';
import { mostFramesBytes } from './frames-of.js';
import { Lane } from './lane.js';
import { mostRecordBytes } from './records.js';

const page = 1_000;
/** Row ids were `lane * laneSize + offset`. */
const laneSize = 2 ** 40;

interface Row {
  readonly place: number;
  readonly key: string;
  readonly value: unknown;
  readonly headers: string;
  readonly at: number;
}

/**
 * Carries a log that was kept in one SQLite file over into segments, with the same offsets and receive times.
 * Done beside the old file and put in place by one renaming: cut short, it begins anew at the next start. The old file stays, set aside.
 */
export async function carryOver(
  folder: string,
  offsets: ConsumerOffsets,
  maxSegmentBytes: number,
): Promise<void> {
  const old = join(folder, 'log.db');
  if (!existsSync(old)) return;
  const place = join(folder, 'log');
  if (!existsSync(place)) {
    const beside = join(folder, 'log.carrying-over');
    rmSync(beside, { recursive: true, force: true });
    const database = openDatabase(old, 'NORMAL');
    try {
      const lanes = database.prepare('SELECT * FROM lanes').all() as OldLane[];
      for (const lane of lanes) await carryLane(database, lane, beside, maxSegmentBytes);
      carryOffsets(join(folder, 'offsets.db'), lanes, offsets);
    } finally {
      database.close();
    }
    renameSync(beside, place);
  }
  for (const suffix of ['', '-wal', '-shm'])
    if (existsSync(old + suffix)) renameSync(old + suffix, `${old}.carried-over${suffix}`);
}

interface OldLane {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
}

async function carryLane(
  database: SqliteDatabase,
  { id, topic, partition }: OldLane,
  target: string,
  maxSegmentBytes: number,
): Promise<void> {
  const lane = new Lane({
    folder: join(target, topic, String(partition)),
    topic,
    partition,
    maxSegmentBytes,
  });
  const range = database.prepare(
    'SELECT * FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ?',
  );
  for (let next = id * laneSize; ;) {
    const rows = range.all(next, (id + 1) * laneSize, page) as Row[];
    if (rows.length === 0) break;
    for (const rowsOfOneTime of runsOf(rows)) {
      const records = rowsOfOneTime.map(({ key, value, headers }) => ({
        topic,
        key,
        value: bytesOf(value),
        headers: JSON.parse(headers) as Record<string, string>,
      }));
      const most = mostFramesBytes(records.reduce((sum, record) => sum + mostRecordBytes(record), 0));
      if (!lane.hasRoom(most)) await lane.roll();
      const staged = lane.stage(records, most, rowsOfOneTime[0]!.at);
      await staged.written;
      lane.settle(staged);
    }
    next = rows.at(-1)!.place + 1;
  }
  await lane.close();
}

/** Neighbours with the same receive time. */
function runsOf(rows: readonly Row[]): Row[][] {
  const runs: Row[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.[0]?.at === row.at) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

function carryOffsets(path: string, lanes: readonly OldLane[], offsets: ConsumerOffsets): void {
  if (!existsSync(path)) return;
  const database = openDatabase(path, 'NORMAL');
  const rows = database.prepare('SELECT * FROM commits').all() as {
    consumer: string;
    lane: number;
    next: number;
  }[];
  database.close();
  for (const { consumer, lane, next } of rows) {
    const found = lanes.find(({ id }) => id === lane);
    if (found) offsets.commit(consumer, found.topic, found.partition, next);
  }
}
