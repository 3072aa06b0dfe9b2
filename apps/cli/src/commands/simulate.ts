import { randomUUID } from 'node:crypto';
import type { TokenRequest } from '@coxa/platform/local';
import { type Client, withServer } from '../client.js';
import { brokerUrl, openTransport, type TransportName, transports } from '../load/transport.js';
import { printJson, Progress, WrongUse } from '../output.js';
import { seatedImuSession } from '../synthetic/imu-session.js';
import { seeded } from '../synthetic/random.js';

const doctor: TokenRequest = { role: 'clinician', subject: 'coxa-simulate' };
const batchSeconds = 1;

interface Options {
  readonly patients: string;
  readonly rate: string;
  readonly minutes: string;
  readonly transport: string;
  readonly mqtt?: string;
  readonly json?: boolean;
}

function amount(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!(value >= least && value <= most))
    throw new WrongUse(`--${name} is ${text}; expected a number from ${least} to ${most}`);
  return value;
}

/**
 * An honest load: every patient's device sends one batch a second whether or not the last was answered (open loop), and latency counts from
 * the moment it was meant to be sent.
 */
export const simulate = (options: Options): Promise<void> => {
  const patients = amount('patients', options.patients, 1, 100_000);
  if (!Number.isInteger(patients))
    throw new WrongUse(`--patients is ${options.patients}; expected a whole number`);
  const rate = amount('rate', options.rate, 1, 2_000);
  const minutes = amount('minutes', options.minutes, 0.01, 1_440);
  const transportName = transports.find((name) => name === options.transport);
  if (!transportName)
    throw new WrongUse(`--transport is ${options.transport}; expected one of ${transports.join(', ')}`);
  // Before anybody is enrolled.
  if (transportName === 'mqtt') brokerUrl(options.mqtt);
  const work = async (client: Client) => {
    // On stderr: the result alone goes to stdout.
    console.error(
      `${patients} made-up patients (sim-…) and their readings are written into ${client.dataDir}; for a trial set COXA_DATA_DIR to a folder of its own.`,
    );
    const run = randomUUID().slice(0, 8);
    const progress = new Progress('enrolling', patients);
    const devices: { deviceId: string; token: string }[] = [];
    const now = await client.clock();
    const enrolledAt = new Date(now() - 60_000).toISOString();
    for (let i = 0; i < patients; i++) {
      const id = `sim-${run}-${i}`;
      await client.call(doctor, 'POST', '/v1/patients', {
        id,
        enrolledAt,
        zone: 'UTC',
        side: 'left',
        birthYear: 1980,
        consent: { version: '1', at: enrolledAt },
        screening: { flags: [], exclusions: [] },
        baseline: { pain: 2 },
      });
      devices.push(
        await client.call(doctor, 'POST', '/v1/devices', {
          patientId: id,
          kind: 'imu',
          segment: 'thigh',
          side: 'left',
          model: 'sim',
          mounting: [1, 0, 0, 0],
        }),
      );
      progress.show(i + 1);
    }
    const samples = Math.max(1, Math.round(rate * batchSeconds));
    const whole = seatedImuSession({
      side: 'left',
      peaksDeg: [20, 20, 20, 20],
      sampleRateHz: rate,
      random: seeded(1),
    });
    const channels = Object.fromEntries(
      Object.entries(whole).map(([name, column]) => [name, column.slice(0, samples)]),
    );
    const transport = await openTransport(transportName, client, devices, options.mqtt);
    const latencies: number[] = [];
    let failed = 0;
    const rounds = Math.max(1, Math.round((minutes * 60) / batchSeconds));
    const start = performance.now();
    const flying: Promise<void>[] = [];
    const bar = new Progress('sending', rounds);
    for (let round = 0; round < rounds; round++) {
      for (const [i, device] of devices.entries()) {
        const meant = start + (round + i / patients) * batchSeconds * 1000;
        const wait = meant - performance.now();
        if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
        const body = {
          deviceId: device.deviceId,
          sessionId: `s-${run}`,
          sequence: round,
          kind: 'imu',
          segment: 'thigh',
          side: 'left',
          position: 'seated',
          purpose: 'practice',
          startedAt: new Date(now() - batchSeconds * 1000).toISOString(),
          sampleRateHz: rate,
          channels,
          ...(round === rounds - 1 ? { last: true } : {}),
        };
        flying.push(
          transport.send(device, body).then(
            () => void latencies.push(performance.now() - meant),
            () => void failed++,
          ),
        );
      }
      bar.show(round + 1);
    }
    await Promise.all(flying);
    await transport.close();
    const seconds = (performance.now() - start) / 1000;
    latencies.sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round(
        (latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0) * 10,
      ) / 10;
    const result = {
      transport: transportName satisfies TransportName,
      patients,
      batches: latencies.length,
      failed,
      samplesPerSecond: Math.round((latencies.length * samples) / seconds),
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      p999Ms: at(0.999),
    };
    if (options.json) printJson(result);
    else
      console.log(
        `${result.batches} batches acknowledged, ${failed} failed, ${result.samplesPerSecond} samples/s; latency from the intended send time: p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms, p99.9 ${result.p999Ms} ms`,
      );
  };
  return withServer(work, { mayMake: true });
};
