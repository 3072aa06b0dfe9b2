import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kafkaProgramsThere } from '../../../scripts/backends/kafka.mjs';
import { KafkaCluster } from './cluster.js';

(kafkaProgramsThere() ? describe : describe.skip)('a Kafka from its published jars', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => void (cluster = await KafkaCluster.start()), 300_000);
  afterAll(() => cluster.stop());

  test('given a broker, when it is killed and started again, then what it held is there', async () => {
    await cluster.ask((admin) => admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 2 }] }));
    await cluster.node(1).down();
    await expect(cluster.ask((admin) => admin.describeCluster())).rejects.toThrow();
    cluster.node(1).up();
    await cluster.whole();
    expect(await cluster.ask((admin) => admin.listTopics())).toEqual(['kept']);
  }, 60_000);
});
