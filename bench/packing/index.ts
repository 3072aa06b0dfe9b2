import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { encodeCbor } from '@coxa/contracts';
import { type LogRecord, type MessageLog, systemClock } from '@coxa/eventing';
import { atLeast, atMost, type Result } from '../support/result.js';

const topic = 'readings';
const samples = 50;
const megabytes = 30;
const devices = 50;
const names = ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'];
/** Steps of a 16-bit sensor with ±4 g and ±500 °/s. */
const steps = names.map((name) => (name.startsWith('acc') ? 4 * 9.80665 : (500 * Math.PI) / 180) / 32_768);

type Column = Float32Array | Float64Array | Int16Array;

const forms: Readonly<Record<string, (counts: Int16Array, step: number) => Column>> = {
  'int16 with a scale': (counts) => counts,
  'the same as float32': (counts, step) => Float32Array.from(counts, (count) => count * step),
  'the same as float64': (counts, step) => Float64Array.from(counts, (count) => count * step),
};

/** How small readings become at rest, and what that costs: a 16-bit sensor that moves, with three counts of noise, all that a batch says included. */
export async function run(): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, form] of Object.entries(forms)) {
    const { before, after, packMb, readRatio } = await measured(form);
    console.log(
      `  ${name}: ${before.toFixed(1)} → ${after.toFixed(1)} bytes a sample, ${packMb.toFixed(0)} MB a second of CPU, read ${readRatio.toFixed(2)} as fast as before`,
    );
    results.push(
      atMost(`${name}, bytes a sample of six channels`, after, 8, 'bytes'),
      atLeast(`${name}, packed a second of CPU`, packMb, 5, 'MB'),
    );
  }
  return results;
}

async function measured(form: (counts: Int16Array, step: number) => Column) {
  const folder = mkdtempSync(join(tmpdir(), 'coxa-bench-packing-'));
  const lane = join(folder, 'log', topic, '0');
  const stores = await openEmbedded(folder, systemClock);
  try {
    await stores.log.ensureTopics([{ topic, partitions: 1 }]);
    let bytes = 0;
    for (let n = 0; bytes < megabytes * 2 ** 20; n += devices) {
      const records = Array.from({ length: devices }, (_, k) => record(n + k, form));
      bytes += records.reduce((sum, { value }) => sum + value.length, 0);
      await stores.log.append(records);
    }
    const raw = sizes(lane, 'seg').slice(0, -2);
    const count = raw.at(-1)!.next;
    const rawRate = await readRate(stores.log, count);
    const cpu = process.cpuUsage();
    await stores.log.ensureTopics([{ topic, partitions: 1, packed: true }]);
    while (sizes(lane, 'pack').length < raw.length) await new Promise((resolve) => setTimeout(resolve, 50));
    const { user, system } = process.cpuUsage(cpu);
    const total = (files: readonly { size: number }[]) => files.reduce((sum, { size }) => sum + size, 0);
    const after = total(sizes(lane, 'pack'));
    return {
      before: total(raw) / (count * samples),
      after: after / (count * samples),
      packMb: total(raw) / (user + system),
      readRatio: (await readRate(stores.log, count)) / rawRate,
    };
  } finally {
    await stores.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Finished files with their sizes, oldest first, and the offset behind each. */
function sizes(folder: string, kind: string): { size: number; next: number }[] {
  const bases = (end: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(`.${end}`))
      .map((name) => Number(name.split('.')[0]));
  const all = [...new Set([...bases('seg'), ...bases('pack')])].sort((a, b) => a - b);
  return bases(kind)
    .sort((a, b) => a - b)
    .map((base) => ({
      size: statSync(join(folder, `${String(base).padStart(16, '0')}.${kind}`)).size,
      next: all[all.indexOf(base) + 1] ?? Infinity,
    }));
}

async function readRate(log: MessageLog, count: number): Promise<number> {
  const start = performance.now();
  for (let from = 0; from < count;)
    from = (await log.read(topic, 0, from, Math.min(500, count - from))).at(-1)!.offset + 1;
  return count / (performance.now() - start);
}

function record(n: number, form: (counts: Int16Array, step: number) => Column): LogRecord {
  const device = n % devices;
  const sequence = Math.floor(n / devices);
  const counts = names.map((_, c) =>
    Int16Array.from({ length: samples }, (_value, i) => {
      const t = (sequence * samples + i) / 50;
      return Math.round(6_000 * Math.sin(2 * t + c + device) + 2_000 * Math.sin(7 * t + 2 * c) + 3 * noise());
    }),
  );
  const columns = counts.map((column, c) => form(column, steps[c]!));
  const value = encodeCbor({
    deviceId: `device-${String(device).padStart(4, '0')}`,
    sessionId: 'session-2026-01-06',
    sequence,
    kind: 'imu',
    segment: 'thigh',
    side: 'left',
    position: 'seated',
    purpose: 'practice',
    startedAt: new Date(1.8e12 + sequence * 1_000).toISOString(),
    sampleRateHz: 50,
    channels: Object.fromEntries(names.map((name, c) => [name, columns[c]])),
    ...(columns[0] instanceof Int16Array
      ? { scale: Object.fromEntries(names.map((name, c) => [name, steps[c]])) }
      : {}),
  });
  return {
    topic,
    key: `p${device}`,
    value,
    headers: {
      ce_specversion: '1.0',
      ce_id: `device-${device}/session/${sequence}`,
      ce_time: new Date(1.8e12 + n * 20).toISOString(),
    },
  };
}

let seed = 1;
/** Normal, by the sum of uniform numbers; the same in each run. */
function noise(): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    sum += seed / 2 ** 32;
  }
  return sum;
}
