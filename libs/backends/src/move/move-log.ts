import type { EmbeddedToMove } from '@coxa/adapter-embedded';
import type { KafkaMoveIn } from '@coxa/adapter-kafka';
import { namesOf, parkableTopics } from '@coxa/contracts';
import { EngineError, type LogMessage, parkedTopic } from '@coxa/eventing';
import { type Config, topicsOf } from '@coxa/platform/local';
import type { Moved } from './digest.js';
import { GroupPlaces } from './group-places.js';
import { messagesOf, moveTopic, tallyTopic, type TopicToMove } from './move-topic.js';
import { nameOf, originOf, ParkedNames, type Place, rewriteFact } from './rewriting.js';

export interface TopicMoved {
  readonly topic: string;
  readonly count: number;
  readonly sha256: string;
}

export interface LogMove {
  readonly source: EmbeddedToMove;
  readonly kafka: KafkaMoveIn;
  readonly config: Config;
  /** New positions of the events that the registry names, by id. */
  readonly positions: ReadonlyMap<string, number>;
  readonly tell: (part: string, done: number) => void;
}

/** Carries every topic, and where each group goes on in it. @throws EngineError */
export async function moveLog(move: LogMove): Promise<TopicMoved[]> {
  const { source, config } = move;
  const parked = parkableTopics(namesOf(config.prefix)).map(parkedTopic);
  const there = topicsOf(config).filter(({ topic }) => source.topics.includes(topic));
  // Originals first: what is set aside names their places.
  const inOrder = [...there].sort(
    (a, b) => Number(parked.includes(a.topic)) - Number(parked.includes(b.topic)),
  );
  const origins = await originsOf(source, parked);
  const rewrite = rewriting(move, parked, origins);
  const moved: TopicMoved[] = [];
  for (const { topic, partitions } of inOrder)
    moved.push(
      await moveOne({ from: source.log, to: move.kafka.log, topic, partitions, rewrite }, move, origins),
    );
  return moved;
}

async function moveOne(
  topicMove: TopicToMove,
  { source, kafka, tell }: LogMove,
  origins: Map<string, Place | undefined>,
): Promise<TopicMoved> {
  const { topic } = topicMove;
  const groups = new GroupPlaces(committedOf(source, topic));
  await moveTopic(
    topicMove,
    (from, to) => {
      groups.note(from, to);
      if (origins.has(nameOf(from))) origins.set(nameOf(from), to);
    },
    (done) => tell(topic, done),
  );
  for (const [group, next] of groups.groups) await kafka.commit(group, topic, next);
  const { wanted, held } = await tallyTopic(topicMove);
  if (wanted.sha256 !== held.sha256)
    throw new EngineError(
      'backend-unfit',
      `the topic ${topic} holds ${held.count} messages that are not the ${wanted.count} of this installation: delete it and begin again`,
    );
  return { topic, ...held };
}

function committedOf(source: EmbeddedToMove, topic: string): Map<string, Map<number, number>> {
  const groups = new Map<string, Map<number, number>>();
  for (const { consumer, topic: its, partition, next } of source.committed)
    if (its === topic) groups.set(consumer, (groups.get(consumer) ?? new Map()).set(partition, next));
  return groups;
}

/** Places of the originals of everything that was ever set aside; where they lie now is not known yet. */
async function originsOf(
  { log, topics }: EmbeddedToMove,
  parked: readonly string[],
): Promise<Map<string, Place | undefined>> {
  const origins = new Map<string, Place | undefined>();
  for (const topic of parked.filter((each) => topics.includes(each)))
    for await (const message of messagesOf(log, topic)) {
      const origin = originOf(message);
      if (origin) origins.set(nameOf(origin), undefined);
    }
  return origins;
}

function rewriting(
  { config, positions }: LogMove,
  parked: readonly string[],
  origins: ReadonlyMap<string, Place | undefined>,
): (message: LogMessage) => Partial<Moved> {
  const { registry } = namesOf(config.prefix);
  const names = new ParkedNames(origins);
  return (message) => {
    if (message.topic === registry) return rewriteFact(message, positions);
    return parked.includes(message.topic) ? names.rewrite(message) : {};
  };
}
