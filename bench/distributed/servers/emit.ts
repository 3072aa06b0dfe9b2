import { ClientKafka } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { inFlight, plan, say } from './plan.js';

/** By the book: Nest's own Kafka client, a message an `emit`, acknowledged by all replicas (kafkajs's default). */
const { brokers, topic, records, bytes } = plan();
const client = new ClientKafka({ client: { brokers: [...brokers] } });
await client.connect();
const value = Buffer.alloc(bytes, 7);
let next = 0;
const worker = async () => {
  for (let n = next++; n < records; n = next++)
    await lastValueFrom(
      client.emit(topic, { key: `patient-${n % 997}`, value, headers: { ce_id: String(n) } }),
    );
};
await lastValueFrom(client.emit(topic, { key: 'warm', value }));
const start = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: inFlight }, worker));
say(records, performance.now() - start, process.cpuUsage(cpu));
await client.close();
