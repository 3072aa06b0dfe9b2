import { type EmbeddedToMove, openEmbeddedToMove } from '@coxa/adapter-embedded';
import { openEventStoreDb, type OpenedEventStoreDb } from '@coxa/adapter-eventstoredb';
import { type KafkaMoveIn, openKafkaMoveIn } from '@coxa/adapter-kafka';
import { viewsLeft } from '@coxa/adapter-redis';
import { consumersOf, namesOf } from '@coxa/contracts';
import { EngineError, masterKey } from '@coxa/eventing';
import { type Config, topicsOf } from '@coxa/platform/local';
import { join } from 'node:path';
import { lasts } from '../positions-that-last.js';
import { moveEvents, tallyEvents } from './move-events.js';
import { moveLog, type TopicMoved } from './move-log.js';
import { messagesOf } from './move-topic.js';

export interface Moved {
  readonly keys: number;
  readonly events: { readonly count: number; readonly sha256: string };
  readonly topics: readonly TopicMoved[];
  /** Topics of the old installation that nobody knows any more; they stay where they are. */
  readonly left: readonly string[];
}

/** Told how far each part has come. */
export type Tell = (part: string, done: number) => void;

/**
 * Carries an embedded installation to Kafka, EventStoreDB / KurrentDB and an empty Redis: keys, events, the message log with the readings, and
 * how far everybody has come. Views are made anew by the services. Can be cut short at any moment and begun again: what lies there already is
 * compared, and gone on from. At the end both sides are read again and compared by count and hash; only then may services start.
 * @throws EngineError `folder-in-use`, `backend-unfit`, `topic-mismatch`, `corrupt`: what is wrong, where, and what to do
 */
export async function moveToDistributed(folder: string, config: Config, tell: Tell): Promise<Moved> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    opened.push(part);
    return part;
  };
  try {
    const source = keep(await openEmbeddedToMove(folder));
    const names = namesOf(config.prefix);
    const topics = topicsOf(config);
    const ours = new Set(topics.map(({ topic }) => topic));
    if (!source.topics.some((topic) => ours.has(topic)))
      throw new EngineError(
        'backend-unfit',
        `${folder} holds no topic of the installation ${config.prefix}: set COXA_PREFIX to the one that it was made with`,
      );
    if (await viewsLeft(config.redisUrl, config.prefix))
      throw new EngineError(
        'backend-unfit',
        `Redis holds views of an installation ${config.prefix}, which would be taken for those of this one: remove the keys that begin with ${config.prefix}:`,
      );
    const events = keep(
      await openEventStoreDb({
        url: config.eventStoreUrl,
        prefix: config.prefix,
        masterKey: masterKey(join(folder, 'keys', 'master.key')),
      }),
    );
    const kafka = keep(await openKafkaMoveIn(config.kafka, topics, consumersOf(names)));
    const moved = await carry({ source, events, kafka, config, tell });
    // Before services may start: a relay without its position would publish everything again.
    await events.lasting.close();
    await kafka.finish();
    return { ...moved, left: source.topics.filter((topic) => !ours.has(topic)) };
  } finally {
    for (const part of opened.reverse()) await part.close();
  }
}

interface Move {
  readonly source: EmbeddedToMove;
  readonly events: OpenedEventStoreDb;
  readonly kafka: KafkaMoveIn;
  readonly config: Config;
  readonly tell: Tell;
}

async function carry({ source, events, kafka, config, tell }: Move): Promise<Omit<Moved, 'left'>> {
  const keys = await carryKeys(source, events, tell);
  const standing = [...(await source.positions())].filter(([name]) => lasts.test(name));
  const places = standing.flatMap(([, positions]) => positions['events'] ?? []);
  const registry = namesOf(config.prefix).registry;
  const ids = new Set<string>();
  if (source.topics.includes(registry))
    for await (const { headers } of messagesOf(source.log, registry)) ids.add(headers['ce_id'] ?? '');
  const { at, positions } = await moveEvents(source.events, events.events, { ids, places }, (done) =>
    tell('events', done),
  );
  const topics = await moveLog({ source, kafka, config, positions, tell });
  for (const [name, { events: place }] of standing) {
    const position = place === undefined ? null : (at.get(place) ?? null);
    if (position !== null) await events.lasting.commit(name, [], { events: position });
  }
  const count = (done: number) => tell('events compared', done);
  const [wanted, held] = [await tallyEvents(source.events, count), await tallyEvents(events.events, count)];
  if (wanted.sha256 !== held.sha256)
    throw new EngineError(
      'backend-unfit',
      `the event store holds ${held.count} events that are not the ${wanted.count} of this installation: begin again on an empty one`,
    );
  return { keys, events: held, topics };
}

/** Each key, and each that was erased: nothing may be encrypted for that person again. */
async function carryKeys(
  source: EmbeddedToMove,
  { keyring }: OpenedEventStoreDb,
  tell: Tell,
): Promise<number> {
  let done = 0;
  for (const [patientId, key] of source.keys) {
    await keyring.carryIn(patientId, key);
    const there = await keyring.find(patientId);
    if (key === null ? there !== undefined : !there || !Buffer.from(there).equals(key))
      throw new EngineError('corrupt', 'a key did not arrive as it was sent: look at the event store');
    tell('keys', ++done);
  }
  return done;
}
