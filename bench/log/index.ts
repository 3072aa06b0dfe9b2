import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { type LogRecord, type MessageLog, systemClock } from '@coxa/eventing';
import { diskSyncMs } from '../support/disk.js';
import { atLeast, atMost, median, percentile, type Result } from '../support/result.js';
import { SqliteRows } from './sqlite-rows.js';

const rounds = 7;
const commits = 600;
const perCommit = 32;
/** Times 32 under way at once: as many as the 64 streams of `ingest` with 4 batches each, and as when only the next commit is ready. */
const crowds = { streams: 8, two: 2 } as const;
const batchBytes = 1_200;
const events = 1_000_000;
const batches = 100_000;
const portion = 1_000;

/** The message log by itself against the same in SQLite: made durable, and read from its beginning, as a rebuild does. */
export async function run(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'coxa-bench-log-'));
  const { log, close } = await openEmbedded(folder, systemClock);
  const rows = new SqliteRows(join(folder, 'rows.db'));
  try {
    await log.ensureTopics([topic('appended'), topic('events'), topic('batches')]);
    const durable = await append(log, rows);
    return [...durable, await rebuild(log, rows)];
  } finally {
    rows.close();
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const topic = (name: string) => ({ topic: name, partitions: 1 });

const record = (name: string, n: number, value: Uint8Array): LogRecord => ({
  topic: name,
  key: `p${n % 1_000}`,
  value,
  headers: {
    ce_specversion: '1.0',
    ce_id: `device-${n % 1_000}/s/${n}`,
    ce_type: 'coxa.readings-reported.v1',
    ce_time: '2026-01-06T18:00:00.000Z',
  },
});

/**
 * 32 at a time; rounds by turns. SQLite has one writer: 32 are one transaction, and the next begins when it is durable. The log makes its own commits of
 * what is under way, and that is told for a crowd as large as ingest's streams and for the smallest. Latency with nothing else on.
 */
async function append(log: MessageLog, rows: SqliteRows): Promise<Result[]> {
  const value = Buffer.alloc(batchBytes, 7);
  const group = (n: number) =>
    Array.from({ length: perCommit }, (_, k) => record('appended', n * perCommit + k, value));
  const ours = { streams: [] as number[], two: [] as number[], p99s: [] as number[] };
  const theirs = { rates: [] as number[], p99s: [] as number[] };
  // Both have run before they are measured: what a server does for months is not its first second.
  for (let n = 0; n < commits; n++) {
    await Promise.all(group(n).map((one) => log.append([one])));
    rows.append(group(n));
  }
  for (let round = 0; round < rounds; round++) {
    for (const crowd of ['streams', 'two'] as const)
      ours[crowd].push(
        await rateOf(async () => {
          const each = async (_: unknown, sender: number) => {
            for (let n = sender; n < commits; n += crowds[crowd])
              await Promise.all(group(n).map((one) => log.append([one])));
          };
          await Promise.all(Array.from({ length: crowds[crowd] }, each));
        }),
      );
    ours.p99s.push(await p99Of((n) => Promise.all(group(n).map((one) => log.append([one])))));
    theirs.rates.push(
      await rateOf(async () => {
        for (let n = 0; n < commits; n++) rows.append(group(n));
      }),
    );
    theirs.p99s.push(await p99Of(async (n) => rows.append(group(n))));
  }
  const against = (rates: readonly number[]) => median(rates) / median(theirs.rates);
  console.log(
    `  ${batchBytes} bytes, ${perCommit} at a time: ${median(ours.streams).toFixed(0)}/s of 256 under way, ${median(ours.two).toFixed(0)}/s of 64, p99 ${median(ours.p99s).toFixed(1)} ms; SQLite ${median(theirs.rates).toFixed(0)}/s, p99 ${median(theirs.p99s).toFixed(1)} ms; the disk's own fdatasync of 4 KiB: p99 ${diskSyncMs().toFixed(1)} ms`,
  );
  return [
    atLeast('durable append, 256 under way, against SQLite', against(ours.streams), 4, 'times'),
    atLeast('durable append, 64 under way, against SQLite (told, no limit)', against(ours.two), 0, 'times'),
    atMost('durable append, p99 against SQLite', median(ours.p99s) / median(theirs.p99s), 0.2, 'times'),
  ];
}

async function rateOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (commits * perCommit) / ((performance.now() - start) / 1_000);
}

async function p99Of(commit: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < commits; n++) {
    const start = performance.now();
    await commit(n);
    times.push(performance.now() - start);
  }
  return percentile(times, 0.99);
}

/** Everything there is, from the beginning, in portions. */
async function rebuild(log: MessageLog, rows: SqliteRows): Promise<Result> {
  const event = Buffer.from(
    JSON.stringify({ kind: 'check-in-recorded', pain: { now: 2 }, note: 'x'.repeat(100) }),
  );
  const batch = Buffer.alloc(batchBytes, 7);
  rows.clear();
  for (const [name, count, value] of [
    ['events', events, event],
    ['batches', batches, batch],
  ] as const)
    for (let n = 0; n < count; n += portion) {
      const records = Array.from({ length: portion }, (_, k) => record(name, n + k, value));
      await log.append(records);
      rows.append(records);
    }
  const total = events + batches;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 3; round++) {
    ours.push(await scanned(total, () => scanLog(log)));
    theirs.push(await scanned(total, async () => rows.scan(portion)));
  }
  console.log(
    `  ${total} records from the beginning: ${median(ours).toFixed(0)}/s; SQLite ${median(theirs).toFixed(0)}/s`,
  );
  return atLeast(
    'rebuild from 1 M events + 100 k batches, against a SQLite scan',
    median(ours) / median(theirs),
    5,
    'times',
  );
}

async function scanLog(log: MessageLog): Promise<number> {
  let count = 0;
  for (const name of ['events', 'batches'])
    for (let from = 0; ;) {
      const messages = await log.read(name, 0, from, portion);
      if (messages.length === 0) break;
      for (const { value, key, headers } of messages)
        if (value.length > 0 && key !== '' && headers['ce_id'] !== '') count++;
      from = messages.at(-1)!.offset + 1;
    }
  return count;
}

async function scanned(total: number, scan: () => Promise<number>): Promise<number> {
  const start = performance.now();
  const count = await scan();
  if (count !== total) throw new Error(`${count} records were read, ${total} are there`);
  return total / ((performance.now() - start) / 1_000);
}
