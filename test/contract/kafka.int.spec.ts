import { openKafka } from '@coxa/adapter-kafka';
import type { MessageLog } from '@coxa/eventing';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { findKafka } from '../../scripts/backends/kafka.mjs';
import { someKafka } from '../support/kafka/some-kafka.js';
import { messageLogContract } from './message-log.contract.js';
import type { Opened } from './opened.js';

const found = await findKafka();

(found.by === 'none' ? describe.skip : describe)('on a real Kafka', () => {
  let kafka: Awaited<ReturnType<typeof someKafka>>;
  beforeAll(async () => void (kafka = await someKafka()), 300_000);
  afterAll(() => kafka.stop());

  const opened = (byClient: boolean) => async (): Promise<Opened<MessageLog>> => {
    const settings = { brokers: kafka.brokers, byClient };
    let log = await openKafka(settings);
    return {
      port: log,
      async reopen() {
        await log.close();
        return (log = await openKafka(settings));
      },
      destroy: () => log.close(),
    };
  };
  messageLogContract('kafka', opened(false));
  messageLogContract('kafka, written by its client’s own producers', opened(true));
});

if (found.by === 'none') test.skip(`kafka: ${found.why}`, () => undefined);
