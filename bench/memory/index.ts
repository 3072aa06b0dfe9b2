import { atMost, type Result } from '../support/result.js';
import { enrolPatient } from '../support/enrol.js';
import { BenchServer } from '../support/server.js';

const minutes = Number(process.env['COXA_BENCH_MINUTES'] ?? 10);
const patients = 3_000;
const checkInsPerSecond = 300;
const batchesPerSecond = 100;
const checkIns = 4;

/** Steady work for ten minutes: what the server keeps in memory, and whether it grows. */
export async function run(): Promise<Result[]> {
  const server = await BenchServer.start();
  try {
    const senders = await enrol(server);
    const resident: number[] = [];
    for (let minute = 0; minute < minutes; minute++) {
      let most = 0;
      for (let second = 0; second < 60; second++) {
        await oneSecond(server, senders, minute * 60 + second);
        most = Math.max(most, server.residentMb());
      }
      resident.push(most);
      console.log(`  minute ${minute + 1}: ${most.toFixed(0)} MB`);
    }
    const growth = resident.at(-1)! / resident[Math.min(2, resident.length - 1)]!;
    return [
      atMost(`resident memory over ${minutes} minutes, the most`, Math.max(...resident), 300, 'MB'),
      atMost('growth from the third minute to the last', growth, 1.1, 'times'),
    ];
  } finally {
    await server.stop();
  }
}

interface Sender {
  readonly patientId: string;
  readonly token: string;
  readonly deviceId: string;
  readonly deviceToken: string;
}

async function enrol(server: BenchServer): Promise<Sender[]> {
  const doctor = await server.token({ role: 'clinician', subject: 'dr-lee' });
  const senders: Sender[] = [];
  for (let i = 0; i < patients; i++) {
    const patientId = `m${i}`;
    await enrolPatient(server, doctor, patientId);
    const { body } = await server.call('POST', '/v1/devices', doctor, {
      patientId,
      kind: 'imu',
      segment: 'thigh',
      side: 'left',
      model: 'bench-1',
    });
    const device = JSON.parse(body) as { deviceId: string; token: string };
    const token = await server.token({ role: 'patient', subject: patientId });
    senders.push({ patientId, token, deviceId: device.deviceId, deviceToken: device.token });
  }
  return senders;
}

/** A second's worth, spread over it; waits for the answers, so that nothing piles up in the load itself. */
async function oneSecond(server: BenchServer, senders: readonly Sender[], second: number): Promise<void> {
  const start = performance.now();
  const answers: Promise<unknown>[] = [];
  const total = checkInsPerSecond + batchesPerSecond;
  for (let n = 0; n < total; n++) {
    const due = start + (n / total) * 1_000;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const sender = senders[(second * total + n) % senders.length]!;
    answers.push(
      n % checkIns === 0
        ? server.call('POST', '/v1/readings', sender.deviceToken, batch(sender.deviceId, second, n))
        : server.call('POST', '/v1/check-ins', sender.token, {
            id: `${second}-${n}`,
            patientId: sender.patientId,
            at: new Date().toISOString(),
            pain: { now: 2, site: 'groin', side: 'left' },
          }),
    );
  }
  await Promise.all(answers);
  const rest = start + 1_000 - performance.now();
  if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
}

function batch(deviceId: string, second: number, n: number) {
  const column = (phase: number) =>
    Array.from({ length: 50 }, (_, i) => Math.round(1_000 * Math.sin(i / 10 + phase)) / 1_000);
  const channels = ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'].map((name, i) => [name, column(i)]);
  return {
    deviceId,
    sessionId: `s${Math.floor(second / 30)}`,
    sequence: second * 1_000 + n,
    kind: 'imu',
    segment: 'thigh',
    side: 'left',
    position: 'seated',
    purpose: 'practice',
    startedAt: new Date().toISOString(),
    sampleRateHz: 50,
    channels: Object.fromEntries(channels) as Record<string, number[]>,
  };
}
