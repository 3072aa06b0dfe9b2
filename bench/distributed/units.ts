import { Payload } from '../ingest/payload.js';
import type { KafkaCluster } from '../../test/support/kafka/cluster.js';
import type { Services } from './services.js';

const batches = 2_000;
/** At a low rate each batch is a request, a commit and a fetch by itself; as fast as they are taken, many share one. */
const paces = [
  { words: 'at 200/s', perSecond: 200 },
  { words: 'as fast as they are taken', perSecond: Infinity },
] as const;
const mostFlying = 64;
const samples = 50;
type Cpu = ReturnType<Services['cpuUs']>;

/** What the other units cost: a batch of a second, an event, an update of a view. Printed a service each; `docs/explanation/scale.md` is made of it. */
export async function units(
  kafka: KafkaCluster,
  services: Services,
  { patients, checkIns, events }: { patients: readonly string[]; checkIns: number; events: number },
): Promise<void> {
  const stored = await services.storedEvents();
  const bytes = stored.reduce(
    (sum, { data, metadata }) => sum + data.length + JSON.stringify(metadata).length,
    0,
  );
  console.log(
    `  an event: ${(events / checkIns).toFixed(2)} a check-in, ${Math.round(bytes / stored.length)} bytes in the event store`,
  );
  await readings(kafka, services, patients);
  await views(services, stored.length);
}

interface Sender {
  readonly patientId: string;
  readonly token: string;
  readonly payload: Payload;
  /** Where its newest batch lies. */
  position?: string;
}

async function readings(kafka: KafkaCluster, services: Services, patients: readonly string[]): Promise<void> {
  const doctor = await services.token({ role: 'clinician', subject: 'dr-lee' });
  const senders = await Promise.all(patients.map((patientId) => sender(services, doctor, patientId)));
  for (const { words, perSecond } of paces) {
    const before = { cpu: services.cpuUs(), log: kafka.bytesOf('coxa.readings') };
    await send(services, senders, perSecond);
    for (const { patientId, position } of senders)
      await services.call('GET', `/v1/patients/${patientId}/sessions?after=${position}`, doctor);
    const log = (kafka.bytesOf('coxa.readings') - before.log) / batches;
    console.log(
      `  a batch of ${samples} samples, JSON, ${words}: CPU of ${spent(before.cpu, services.cpuUs(), batches)}; ${Math.round(log)} bytes in the log`,
    );
  }
}

async function sender(services: Services, doctor: string, patientId: string): Promise<Sender> {
  const device = {
    patientId,
    kind: 'imu',
    segment: 'thigh',
    side: 'left',
    model: 'bench',
    mounting: [1, 0, 0, 0],
  };
  const { body } = await services.call('POST', '/v1/devices', doctor, device);
  const { deviceId, token } = JSON.parse(body) as { deviceId: string; token: string };
  return { patientId, token, payload: new Payload(deviceId, 's', samples, 'json') };
}

async function send(services: Services, senders: readonly Sender[], perSecond: number): Promise<void> {
  const flying = new Set<Promise<void>>();
  const start = performance.now();
  for (let n = 0; n < batches; n++) {
    const wait = start + (n * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    while (perSecond === Infinity && flying.size >= mostFlying) await Promise.race(flying);
    const one = sendOne(services, senders[n % senders.length]!).finally(() => flying.delete(one));
    flying.add(one);
  }
  await Promise.all(flying);
}

async function sendOne(services: Services, from: Sender): Promise<void> {
  const document = JSON.parse(from.payload.advance().toString()) as object;
  const batch = { ...document, startedAt: new Date().toISOString() };
  const { status, body } = await services.call('POST', '/v1/readings', from.token, batch);
  if (status !== 202) throw new Error(`a batch was refused: ${body}`);
  from.position = (JSON.parse(body) as { position: string }).position;
}

/** All views of the programme, each made anew from all events. */
async function views(services: Services, events: number): Promise<void> {
  const operator = await services.token({ role: 'operator', subject: 'bench' });
  const { body } = await services.call('GET', '/v1/ops/views', operator);
  const names = (JSON.parse(body) as { items: { name: string }[] }).items.map(({ name }) => name);
  const before = services.cpuUs();
  for (const name of names) {
    const { status, body: said } = await services.call('POST', `/v1/ops/views/${name}/rebuild`, operator);
    if (status !== 200) throw new Error(`${name} could not be rebuilt: ${said}`);
  }
  const us = (services.cpuUs().program - before.program) / events / names.length;
  console.log(
    `  an update of a view: ${us.toFixed(1)} µs of CPU of program (${names.length} views made anew from ${events} events)`,
  );
}

/** CPU of each service a unit. */
export const spent = (before: Cpu, after: Cpu, count: number): string =>
  Object.entries(after)
    .map(([name, us]) => `${name} ${Math.round((us - before[name as keyof Cpu]) / count)} µs`)
    .join(', ');
