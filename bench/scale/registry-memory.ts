import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DeviceFact, PatientFact } from '@coxa/contracts';
import {
  type ConsumeOptions,
  type LogBatch,
  type LogMessage,
  type MessageLog,
  Registry,
} from '@coxa/eventing';

const people = 100_000;

/** Bytes of heap that a patient with one device takes in every instance of every service. */
export async function registryBytesAPatient(): Promise<number> {
  const registry = new Registry(factsOf(people), 'registry');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  await registry.run(new AbortController().signal);
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / people;
  if (registry.patient('p-1') === undefined) throw new Error('nothing was folded');
  return bytes;
}

/** A log that holds one patient after the other, each with a device, made up as they are read. */
function factsOf(count: number): MessageLog {
  const consume = async (_: ConsumeOptions, handler: (batch: LogBatch) => Promise<void>): Promise<void> => {
    for (let i = 0; i < count; i++)
      await handler({
        ...{ topic: 'registry', partition: 0 },
        messages: [message(i * 2, patient(i)), message(i * 2 + 1, device(i))],
        commit: () => Promise.resolve(),
      });
  };
  return { consume } as unknown as MessageLog;
}

const message = (offset: number, fact: PatientFact | DeviceFact): LogMessage => ({
  ...{ topic: 'registry', partition: 0, offset, key: '', headers: {}, appendedAt: 0 },
  value: Buffer.from(JSON.stringify(fact)),
});

const patient = (i: number): PatientFact => ({
  kind: 'patient',
  patientId: `p-${i}`,
  enrolledAt: '2026-01-05T08:00:00+01:00',
  zone: 'Europe/Berlin',
  side: 'left',
  careTeam: [`dr-${i % 500}`, `physio-${i % 900}`],
  consent: { version: '1', at: '2026-01-05T08:00:00+01:00' },
  position: i,
});

const device = (i: number): DeviceFact => ({
  kind: 'device',
  deviceId: `2f1d7e0a-0000-5000-8000-${String(i).padStart(12, '0')}`,
  patientId: `p-${i}`,
  sensor: 'imu',
  segment: 'thigh',
  side: 'left',
  model: 'acme-1',
  mounting: [1, 0, 0, 0],
  registeredAt: '2026-01-05T08:00:00+01:00',
  position: i,
});
