import { EngineError } from '@coxa/eventing';
import { makeClient } from './client.js';
import { DirectWriter } from './direct-writer.js';
import { engineError } from './failures.js';
import { KafkaMessageLog } from './kafka-message-log.js';
import type { KafkaSettings } from './kafka-settings.js';
import { kafkajsVersion, openWire } from './wire.js';

const produceKey = 0;
/** Versions of the produce request that carry headers, and that kafkajs 2.2.4 speaks. */
const spoken = { from: 3, to: 7 };

/** Connects to the cluster. @throws EngineError saying what is wrong, where, and what to do */
export async function openKafka(settings: KafkaSettings): Promise<KafkaMessageLog> {
  const client = makeClient(settings);
  const wire = openWire(client);
  let direct = false;
  try {
    await wire.connect();
    const produce = wire.brokerPool.versions?.[produceKey];
    if (produce && (produce.maxVersion < spoken.from || produce.minVersion > spoken.to))
      throw new EngineError(
        'topic-mismatch',
        `Kafka at ${settings.brokers.join(', ')} is of a version that is not spoken here; expected 0.11 to 4.x`,
      );
    direct = !settings.byClient && DirectWriter.fits(wire, kafkajsVersion());
  } catch (error) {
    throw engineError(error, settings.brokers);
  } finally {
    await wire.disconnect().catch(() => undefined);
  }
  return new KafkaMessageLog(client, settings, direct);
}
