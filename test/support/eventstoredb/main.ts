import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { makeCertificates } from './certificates.js';
import { EventStoreStandIn } from './stand-in.js';

/**
 * The stand-in as a process of its own, on a server that others have used and use: what finds a server by its address can be run against it,
 * as it is run against a real one.
 */
const { values } = parseArgs({
  options: {
    others: { type: 'string', default: '20000' },
    'append-ms': { type: 'string', default: '10' },
    'others-ms': { type: 'string', default: '50' },
    /** A folder for its certificates; then only `admin` with `changeit` may come in. */
    tls: { type: 'string' },
  },
});
const certificates = values.tls === undefined ? undefined : makeCertificates(values.tls);
const standIn = await EventStoreStandIn.start(certificates && { ...certificates, user: 'admin:changeit' });
const other = (): void =>
  void standIn.book.append(
    Math.random() < 0.5 ? '$stats-127.0.0.1:2113' : `order-${Math.floor(Math.random() * 1_000)}`,
    'any',
    [
      {
        id: randomUUID(),
        type: '$statsCollected',
        contentType: 'application/json',
        data: Buffer.from(JSON.stringify({ at: Date.now(), text: 'x'.repeat(200) })),
        metadata: Buffer.alloc(0),
      },
    ],
    Date.now(),
  );
for (let i = 0; i < Number(values.others); i++) other();
standIn.faults.appendMs = Number(values['append-ms']);
const goesOn = setInterval(() => {
  other();
  standIn.subscribers.wake();
}, Number(values['others-ms']));
process.once('SIGTERM', () => {
  clearInterval(goesOn);
  void standIn.stop().then(() => console.log('stopped'));
});
console.log(
  certificates ? `${standIn.url}&tlsCAFile=${encodeURIComponent(certificates.authority)}` : standIn.url,
);
