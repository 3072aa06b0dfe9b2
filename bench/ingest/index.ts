import { onSecondCore } from '../support/cores.js';
import { diskSyncMs } from '../support/disk.js';
import {
  atLeast,
  atMost,
  inClass,
  inClassAbove,
  median,
  percentile,
  type Result,
} from '../support/result.js';
import { httpRate, latencies, type Load, overload, streamRate } from './load.js';
import { Peer } from './peer.js';

const rounds = 5;
const roundMs = 2_000;
const live = { connections: 64, samples: 50 };
const backfill = { connections: 16, samples: 1_000 };
const crowd = { connections: 512, samples: 50, encoding: 'cbor' } as const;
const latencyRounds = 5;
const latencySeconds = 6;

/**
 * The readings path against (a) the same server with the log switched off, (b) what one would write by the book, (c) bare Fastify.
 * One core for the server, one for the load; rounds interleaved, medians.
 */
export const run = (): Promise<Result[]> => onSecondCore(measured);

async function measured(): Promise<Result[]> {
  const peers = {
    coxa: await Peer.start('coxa', 'log'),
    noLog: await Peer.start('coxa', 'no-log'),
    book: await Peer.start('by-the-book'),
    bare: await Peer.start('bare'),
  };
  const rates = new Map<string, number[]>();
  const measure = async (name: string, work: Promise<number>) =>
    rates.set(name, [...(rates.get(name) ?? []), await work]);
  /** The most that was resident after each kind of load, MB. */
  const resident = new Map<string, number>();
  const weigh = (load: string) =>
    resident.set(load, Math.max(resident.get(load) ?? 0, peers.coxa.residentMb()));
  for (let round = 0; round < rounds; round++) {
    const http = (peer: Peer, load: Omit<Load, 'ms' | 'round'>) =>
      peer.during((hello) =>
        httpRate(hello, { ...load, ms: roundMs, round: `${load.encoding}-${load.samples}-${round}` }),
      );
    for (const [name, peer] of [
      ['coxa', peers.coxa],
      ['no log', peers.noLog],
      ['bare', peers.bare],
    ] as const) {
      await measure(`json ${name}`, http(peer, { ...live, encoding: 'json' }));
      if (peer === peers.coxa) weigh('live JSON');
      await measure(`cbor ${name}`, http(peer, { ...live, encoding: 'cbor' }));
      if (peer === peers.coxa) weigh('live CBOR');
      await measure(`backfill ${name}`, http(peer, { ...backfill, encoding: 'cbor' }));
      if (peer === peers.coxa) weigh('backfill');
    }
    await measure('json book', http(peers.book, { ...live, encoding: 'samples' }));
    const stream = { ...live, encoding: 'cbor', inFlight: 4, ms: roundMs, round: String(round) } as const;
    await measure(
      'stream',
      peers.coxa.during((hello) => streamRate(hello, stream)),
    );
    weigh('WebSocket');
    const capacity = median(rates.get('cbor coxa')!);
    for (const [name, times] of [
      ['the capacity', 1],
      ['three times the capacity', 3],
    ] as const) {
      const flood = { ...crowd, ms: roundMs, round: `${times}-${round}` };
      await measure(
        name,
        peers.coxa.during((hello) => overload(hello, times * capacity, flood)),
      );
    }
    weigh('three times the capacity');
  }
  const { p99, p999 } = await acknowledgement(peers.coxa);
  weigh('500 batches/s');
  await Promise.all(Object.values(peers).map((peer) => peer.stop()));
  const rate = (name: string) => median(rates.get(name)!);
  const ratio = (one: string, other: string) => rate(one) / rate(other);
  for (const [name, values] of rates)
    console.log(`  ${name.padEnd(18)} ${median(values).toFixed(0)} batches/s`);
  return [
    atLeast('live JSON against the log switched off', ratio('json coxa', 'json no log'), 0.6, 'times'),
    atLeast('live JSON against by the book', ratio('json coxa', 'json book'), 10, 'times'),
    atLeast('live JSON against bare Fastify (told, no limit)', ratio('json coxa', 'json bare'), 0, 'times'),
    atLeast('live CBOR against the log switched off', ratio('cbor coxa', 'cbor no log'), 0.5, 'times'),
    atLeast('live CBOR against bare Fastify', ratio('cbor coxa', 'cbor bare'), 0.3, 'times'),
    atLeast('WebSocket, 4 in flight, against CBOR over HTTP', ratio('stream', 'cbor coxa'), 2, 'times'),
    inClassAbove('backfill', (rate('backfill coxa') * backfill.samples) / 1e6, 3, 'M samples/s'),
    atLeast('backfill against the log switched off', ratio('backfill coxa', 'backfill no log'), 0.4, 'times'),
    inClass('acknowledged at 500 batches/s, p99', p99, 10, 'ms'),
    inClass('acknowledged at 500 batches/s, p99.9', p999, 25, 'ms'),
    atLeast(
      'goodput at three times the capacity, of what the same devices reach at it',
      ratio('three times the capacity', 'the capacity'),
      0.9,
      'times',
    ),
    atLeast(
      'the same, of the peak of an eighth of the devices (told, no limit)',
      ratio('three times the capacity', 'cbor coxa'),
      0,
      'times',
    ),
    ...Array.from(resident, ([load, mb]) => atMost(`resident memory: ${load}`, mb, 300, 'MB')),
  ];
}

/** Medians of rounds, each batch timed from when it was meant to go; the disk's own figure beside them. */
async function acknowledgement(peer: Peer): Promise<{ readonly p99: number; readonly p999: number }> {
  const p99s: number[] = [];
  const p999s: number[] = [];
  for (let round = 0; round < latencyRounds; round++) {
    const times = await peer.during((hello) =>
      latencies(hello, { perSecond: 500, seconds: latencySeconds, round }),
    );
    p99s.push(percentile(times, 0.99));
    p999s.push(percentile(times, 0.999));
  }
  console.log(
    `  500 batches/s, rounds: p99 ${p99s.map((ms) => ms.toFixed(1)).join(', ')} ms; p99.9 ${p999s.map((ms) => ms.toFixed(1)).join(', ')} ms; the disk's own fdatasync of 4 KiB: p99 ${diskSyncMs().toFixed(1)} ms`,
  );
  return { p99: median(p99s), p999: median(p999s) };
}
