import { namesOf, parkableTopics } from '@coxa/contracts';
import { parkedTopic, type TopicSpec } from '@coxa/eventing';
import type { Config } from '../config.js';

/**
 * Every topic of an installation. Embedded topics have one partition; on a cluster patients are spread. What few write, and all read, has one
 * everywhere.
 */
export function topicsOf({ prefix, readingsKeep, log, kafka }: Config): TopicSpec[] {
  const names = namesOf(prefix);
  const { readings, checkIns, programEvents, alarmEvents, registry, audit } = names;
  const partitions = log === 'kafka' ? kafka.partitions : 1;
  return [
    { topic: readings, partitions, retention: readingsKeep, packed: true },
    ...[checkIns, programEvents, alarmEvents, audit].map((topic) => ({ topic, partitions })),
    ...parkableTopics(names).map((topic) => ({ topic: parkedTopic(topic), partitions: 1 })),
    { topic: registry, partitions: 1, compacted: true },
  ];
}
