import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientKafka,
  Ctx,
  EventPattern,
  type KafkaContext,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { inFlight, plan, say } from './plan.js';

/** The same by the book: `ClientKafka.emit` and `@EventPattern`, with the settings that Nest chooses. */
const { brokers, topic, records, bytes } = plan();
const mine = String(process.pid);
let handled = 0;
let warm: (() => void) | undefined;
const isWarm = new Promise<void>((resolve) => (warm = resolve));
let finish: (() => void) | undefined;
const finished = new Promise<void>((resolve) => (finish = resolve));

@Controller()
class Handler {
  @EventPattern(topic)
  take(@Payload() _value: unknown, @Ctx() context: unknown): void {
    const headers = (context as KafkaContext).getMessage().headers ?? {};
    if (String(headers['ce_id']) === `${mine}-warm`) warm?.();
    if (String(headers['ce_type']) === mine && ++handled === records) finish?.();
  }
}

@Module({ controllers: [Handler] })
class App {}

const client = { brokers: [...brokers] };
const app = await NestFactory.createMicroservice<MicroserviceOptions>(App, {
  transport: Transport.KAFKA,
  options: { client, consumer: { groupId: `nest-${mine}` }, subscribe: { fromBeginning: true } },
  logger: false,
});
await app.listen();
const producer = new ClientKafka({ client });
await producer.connect();
const value = Buffer.alloc(bytes, 7);
await lastValueFrom(producer.emit(topic, { key: 'warm', value, headers: { ce_id: `${mine}-warm` } }));
await isWarm;
let next = 0;
const worker = async () => {
  for (let n = next++; n < records; n = next++)
    await lastValueFrom(
      producer.emit(topic, {
        key: `patient-${n % 997}`,
        value,
        headers: { ce_id: String(n), ce_type: mine },
      }),
    );
};
const start = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: inFlight }, worker));
await finished;
say(records, performance.now() - start, process.cpuUsage(cpu));
await producer.close();
await app.close();
process.exit(0);
