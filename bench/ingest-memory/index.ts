import { httpRate, streamRate } from '../ingest/load.js';
import { Peer } from '../ingest/peer.js';
import { atMost, type Result } from '../support/result.js';

const minutes = Number(process.env['COXA_BENCH_MINUTES'] ?? 10);
const lookEveryMs = 250;
const live = { connections: 64, samples: 50 };
/** Shares of a minute, seconds. Of backfill little: it writes a hundred megabytes a second. */
const shares = { json: 18, cbor: 18, backfill: 6, stream: 18 };

/** Readings alone, as fast as they are taken, of all kinds in turn: what the ingest service keeps in memory, and whether it grows. */
export async function run(): Promise<Result[]> {
  const peer = await Peer.start('coxa', 'log');
  const resident: number[] = [];
  try {
    for (let minute = 0; minute < minutes; minute++) {
      let most = 0;
      const looking = setInterval(() => (most = Math.max(most, peer.residentMb())), lookEveryMs);
      const taken = await peer.during((hello) => oneMinute(hello, String(minute)));
      clearInterval(looking);
      resident.push(most);
      console.log(`  minute ${minute + 1}: ${most.toFixed(0)} MB, ${taken.toFixed(0)} batches`);
    }
  } finally {
    await peer.stop();
  }
  const growth = resident.at(-1)! / resident[Math.min(2, resident.length - 1)]!;
  return [
    atMost(`resident memory over ${minutes} minutes of readings, the most`, Math.max(...resident), 300, 'MB'),
    atMost('growth from the third minute to the last', growth, 1.1, 'times'),
  ];
}

async function oneMinute(hello: Peer['hello'], round: string): Promise<number> {
  const loads = [
    [shares.json, { ...live, encoding: 'json' }],
    [shares.cbor, { ...live, encoding: 'cbor' }],
    [shares.backfill, { connections: 16, samples: 1_000, encoding: 'cbor' }],
  ] as const;
  let taken = 0;
  for (const [seconds, load] of loads) {
    const name = `${load.encoding}-${load.samples}-${round}`;
    taken += seconds * (await httpRate(hello, { ...load, ms: seconds * 1_000, round: name }));
  }
  const stream = { ...live, encoding: 'cbor', inFlight: 4, ms: shares.stream * 1_000, round } as const;
  return taken + shares.stream * (await streamRate(hello, stream));
}
