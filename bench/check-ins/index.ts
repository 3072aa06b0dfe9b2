import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atLeast, atMost, inClass, median, percentile, type Result } from '../support/result.js';
import { enrolPatient } from '../support/enrol.js';
import { BenchServer, type Callable } from '../support/server.js';

const senders = 400;
const rounds = 5;
const roundMs = 3_000;
/** Every tenth patient spikes in a round, each patient once in all. */
const latencyCheckIns = 600;
/** What each patient has said before how soon something follows is measured: two months of days. */
const history = 60;

/** Check-ins from many people: how many are acknowledged durable, and how soon what follows from them is there. */
export async function run(): Promise<Result[]> {
  const hook = await webhook();
  const server = await BenchServer.start({ COXA_WEBHOOK_ALLOW_PRIVATE: 'true' });
  try {
    // Not those who will spike: an open alarm looks at each further check-in.
    const calm = await enrol(server, hook.url, 'calm');
    const rates: number[] = [];
    for (let round = 0; round < rounds; round++) rates.push(await throughput(server, calm, round));
    const arrays = await throughput(server, calm, rounds, 20);
    const patients = await enrol(server, hook.url, 'b');
    await remember(server, patients);
    await drained(server, patients[0]!);
    const disk = probe(server.dataDir);
    const views: number[] = [];
    const hooks: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const times = await latency(server, patients, hook.arrived, round);
      views.push(percentile(times.view, 0.99));
      hooks.push(percentile(times.hooks, 0.99));
    }
    console.log(`  fdatasync of 4 KiB beside it: p99 ${percentile(await disk.stop(), 0.99).toFixed(1)} ms`);
    return [
      atLeast('check-ins acknowledged durable, everything on', median(rates), 3_000, '/s'),
      atLeast('the same in arrays of 20', arrays, 3_000, '/s'),
      inClass('check-in to program endpoint at 200/s, p99', median(views), 50, 'ms'),
      inClass('pain spike to webhook at 200/s, p99', median(hooks), 50, 'ms'),
      atMost('resident memory', server.residentMb(), 300, 'MB'),
    ];
  } finally {
    await server.stop();
    hook.close();
  }
}

export interface Patient {
  readonly id: string;
  readonly token: string;
}

export async function enrol(server: Callable, url: string, prefix = 'b'): Promise<Patient[]> {
  const doctor = await server.token({ role: 'clinician', subject: 'dr-lee' });
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  await server.call('PUT', '/v1/receivers/team', doctor, {
    role: 'assigned',
    minSeverity: 'LOW',
    channels: [{ kind: 'webhook', url, secret }],
  });
  const patients: Patient[] = [];
  for (let i = 0; i < senders; i++) {
    const id = `${prefix}${i}`;
    await enrolPatient(server, doctor, id);
    patients.push({ id, token: await server.token({ role: 'patient', subject: id }) });
  }
  return patients;
}

const checkIn = (patientId: string, id: string, now: number) => ({
  id,
  patientId,
  at: new Date().toISOString(),
  pain: { now, site: 'groin', side: 'left' },
});

async function remember(server: BenchServer, patients: readonly Patient[]): Promise<void> {
  for (const { id, token } of patients) {
    const days = Array.from({ length: history }, (_, day) => checkIn(id, `h${day}`, 2));
    await server.call('POST', '/v1/check-ins', token, days);
  }
}

/** Closed loop, 64 at a time, `size` check-ins a request; acknowledged a second. */
async function throughput(
  server: Callable,
  patients: readonly Patient[],
  round: number,
  size = 1,
): Promise<number> {
  let acknowledged = 0;
  let next = 0;
  const start = performance.now();
  const worker = async () => {
    while (performance.now() - start < roundMs) {
      const n = next++;
      const { id, token } = patients[n % patients.length]!;
      const one = (k: number) => checkIn(id, `t${round}-${n}-${k}`, 2);
      const body = size === 1 ? one(0) : Array.from({ length: size }, (_, k) => one(k));
      const { status } = await server.call('POST', '/v1/check-ins', token, body);
      if (status === 202) acknowledged += size;
      else await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
  return acknowledged / ((performance.now() - start) / 1000);
}

/** Waits until what was acknowledged has been worked off. */
export async function drained(server: Callable, { id, token }: Patient): Promise<void> {
  // The rate limit of one sender must have recovered.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { body } = await server.call('POST', '/v1/check-ins', token, checkIn(id, 'drain', 2));
  const { position } = JSON.parse(body) as { position: string };
  const doctor = await server.token({ role: 'clinician', subject: 'dr-lee' });
  for (let tries = 0; tries < 100; tries++)
    if ((await server.call('GET', `/v1/alarms?after=${position}`, doctor)).status === 200) return;
}

/** What the disk alone takes, from another file of the same folder: a stall of the machine is told apart from one of ours. */
function probe(folder: string) {
  const fd = openSync(join(folder, 'probe'), 'w');
  const sync = promisify(fdatasync);
  const times: number[] = [];
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      writeSync(fd, Buffer.alloc(4_096, times.length), 0, 4_096, (times.length % 256) * 4_096);
      const start = performance.now();
      await sync(fd);
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    closeSync(fd);
    return times;
  })();
  return {
    stop: () => {
      stopped = true;
      return running;
    },
  };
}

/** Open loop at 200/s: each check-in is followed by a look at the programme, every tenth is a spike that must reach the webhook. */
export async function latency(
  server: Callable,
  patients: readonly Patient[],
  arrived: (patientId: string) => Promise<void>,
  round: number,
) {
  const doctor = await server.token({ role: 'clinician', subject: 'dr-lee' });
  const view: number[] = [];
  const hooks: number[] = [];
  const flying: Promise<unknown>[] = [];
  const start = performance.now();
  for (let n = 0; n < latencyCheckIns; n++) {
    const meant = start + n * 5;
    const wait = meant - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const { id, token } = patients[n % patients.length]!;
    const spike = n % 10 === round && n < patients.length;
    const told = spike ? arrived(id).then(() => void hooks.push(performance.now() - meant)) : undefined;
    flying.push(
      server
        .call('POST', '/v1/check-ins', token, checkIn(id, `l${round}-${n}`, spike ? 8 : 2))
        .then(async ({ body }) => {
          const { position } = JSON.parse(body) as { position: string };
          await server.call('GET', `/v1/patients/${id}/program?after=${position}`, doctor);
          view.push(performance.now() - meant);
        }),
    );
    if (told) flying.push(told);
  }
  await Promise.all(flying);
  return { view, hooks };
}

export async function webhook() {
  const waiting = new Map<string, () => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(204).end();
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { patientId: string } };
      waiting.get(data.patientId)?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    arrived: (patientId: string) => new Promise<void>((resolve) => waiting.set(patientId, resolve)),
    close: () => void server.close(),
  };
}
