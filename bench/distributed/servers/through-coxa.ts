import { openKafka } from '@coxa/adapter-kafka';
import { inFlight, plan, say } from './plan.js';

/** Written, read by a group, handled and committed: all by the message log. */
const { brokers, topic, records, bytes } = plan();
const log = await openKafka({ brokers });
const stop = new AbortController();
let handled = 0;
let warm: (() => void) | undefined;
const isWarm = new Promise<void>((resolve) => (warm = resolve));
let finish: (() => void) | undefined;
const finished = new Promise<void>((resolve) => (finish = resolve));
const consuming = log.consume(
  { group: `g-${process.pid}`, topics: [topic], signal: stop.signal },
  async ({ messages, commit }) => {
    for (const { headers } of messages) if (headers['ce_id'] === `${process.pid}-warm`) warm?.();
    handled += messages.filter(({ headers }) => headers['ce_type'] === String(process.pid)).length;
    await commit(messages.at(-1)!.offset + 1);
    if (handled >= records) finish?.();
  },
);
const value = Buffer.alloc(bytes, 7);
await log.append([{ topic, key: 'warm', value, headers: { ce_id: `${process.pid}-warm` } }]);
await isWarm;
let next = 0;
const worker = async () => {
  for (let n = next++; n < records; n = next++)
    await log.append([
      {
        topic,
        key: `patient-${n % 997}`,
        value,
        headers: { ce_id: String(n), ce_type: String(process.pid) },
      },
    ]);
};
const start = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: inFlight }, worker));
await finished;
say(records, performance.now() - start, process.cpuUsage(cpu));
stop.abort();
await consuming;
await log.close();
