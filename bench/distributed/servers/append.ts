import { openKafka } from '@coxa/adapter-kafka';
import { inFlight, plan, say } from './plan.js';

/** The message log's own way: what is under way at once goes together. */
const { brokers, topic, records, bytes } = plan();
const log = await openKafka({ brokers });
const value = Buffer.alloc(bytes, 7);
let next = 0;
const worker = async () => {
  for (let n = next++; n < records; n = next++)
    await log.append([{ topic, key: `patient-${n % 997}`, value, headers: { ce_id: String(n) } }]);
};
await log.append([{ topic, key: 'warm', value, headers: {} }]);
const start = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: inFlight }, worker));
say(records, performance.now() - start, process.cpuUsage(cpu));
await log.close();
