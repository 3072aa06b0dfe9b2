import type { KafkaCluster } from '../../test/support/kafka/cluster.js';
import { drained, enrol, latency, webhook } from '../check-ins/index.js';
import { inClass, median, percentile, type Result } from '../support/result.js';
import { Services } from './services.js';
import { spent, units } from './units.js';

const rounds = 3;
/** Before them: three processes have to compile what they do often, and each round is twice as quick as the one before. */
const warmUps = 3;

/** How soon what follows from a check-in is there when the services run apart, and what a check-in costs each of them. */
export async function checkIns(kafka: KafkaCluster): Promise<Result[]> {
  const hook = await webhook();
  const services = await Services.start(kafka.addresses);
  try {
    const patients = await enrol(services, hook.url);
    for (let round = 0; round < warmUps; round++)
      await latency(services, patients, hook.arrived, rounds + round);
    const before = {
      cpu: services.cpuUs(),
      log: kafka.bytesOf('coxa.'),
      events: (await services.storedEvents()).length,
    };
    const views: number[] = [];
    const hooks: number[] = [];
    let count = 0;
    for (let round = 0; round < rounds; round++) {
      const times = await latency(services, patients, hook.arrived, round);
      views.push(percentile(times.view, 0.99));
      hooks.push(percentile(times.hooks, 0.99));
      count += times.view.length;
    }
    await drained(services, patients[0]!);
    console.log(
      `  a check-in, with a look at the programme: CPU of ${spent(before.cpu, services.cpuUs(), count)}`,
    );
    console.log(
      `  and ${Math.round((kafka.bytesOf('coxa.') - before.log) / count)} bytes in the log, all topics together`,
    );
    const events = (await services.storedEvents()).length - before.events;
    await units(kafka, services, { patients: patients.map(({ id }) => id), checkIns: count, events });
    return [
      inClass('check-in to program endpoint at 200/s, services apart, p99', median(views), 150, 'ms'),
      inClass('pain spike to webhook at 200/s, services apart, p99', median(hooks), 250, 'ms'),
    ];
  } finally {
    await services.stop();
    hook.close();
  }
}
