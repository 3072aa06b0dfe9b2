import { EngineError, type LogMessage, type MessageLog, partitionOf } from '@coxa/eventing';
import { messageDigest, type Moved, Tally } from './digest.js';
import type { Place } from './rewriting.js';

const portion = 500;
const fullBytes = 4 * 1024 * 1024;

/** A message of the old log as it is to lie in the new one, and where it lay. */
interface Routed {
  readonly from: Place;
  readonly message: Moved;
}

export interface TopicToMove {
  readonly from: MessageLog;
  readonly to: MessageLog;
  readonly topic: string;
  /** Of the topic on the cluster. */
  readonly partitions: number;
  /** What becomes of a message. */
  readonly rewrite: (message: LogMessage) => Partial<Moved>;
}

/** Every message of a topic in order. */
export async function* messagesOf(log: MessageLog, topic: string): AsyncGenerator<LogMessage, undefined> {
  for (const { partition, start, end } of await log.offsets(topic))
    yield* run(log, topic, partition, start, end);
  return undefined;
}

async function* run(
  log: MessageLog,
  topic: string,
  partition: number,
  start: number,
  end: number,
): AsyncGenerator<LogMessage, undefined> {
  for (let next = start; next < end;) {
    const messages = await log.read(topic, partition, next, Math.min(portion, end - next));
    if (messages.length === 0) break;
    yield* messages;
    next = messages.at(-1)!.offset + 1;
  }
  return undefined;
}

async function* routed({ from, topic, rewrite }: TopicToMove): AsyncGenerator<Routed> {
  for await (const each of messagesOf(from, topic)) {
    const { partition, offset, key, value, headers, appendedAt } = each;
    yield {
      from: { topic, partition, offset },
      message: { key, value, headers, appendedAt, ...rewrite(each) },
    };
  }
}

/**
 * Appends every message of a topic to the partition of its key. What an earlier try has left there is compared, and gone on from.
 * `onMoved` hears where each message lies.
 * @throws EngineError `backend-unfit` when something else lies there, or somebody else writes there
 */
export async function moveTopic(
  move: TopicToMove,
  onMoved: (from: Place, to: Place) => void,
  tell: (count: number) => void,
): Promise<void> {
  const { to, topic, partitions } = move;
  const there = (await to.offsets(topic)).map(({ partition, start, end }) =>
    run(to, topic, partition, start, end),
  );
  const known = await Promise.all(there.map((messages) => messages.next()));
  const counts = new Array<number>(partitions).fill(0);
  let waiting: { readonly message: Moved; readonly place: Place }[] = [];
  let bytes = 0;
  let count = 0;
  const flush = async () => {
    // Each message brings its receive time.
    const written = await to.append(waiting.map(({ message }) => ({ topic, ...message })));
    written.forEach(({ partition, offset }, i) => {
      const { place } = waiting[i]!;
      if (partition !== place.partition || offset !== place.offset)
        throw unfit(topic, 'somebody else writes to it: stop every service');
    });
    waiting = [];
    bytes = 0;
  };
  for await (const { from, message } of routed(move)) {
    const partition = partitionOf(message.key, partitions);
    const place = { topic, partition, offset: counts[partition]!++ };
    const before = known[partition]!;
    if (!before.done) {
      if (before.value.offset !== place.offset || messageDigest(before.value) !== messageDigest(message))
        throw unfit(topic, 'it is not empty, or has been used since');
      known[partition] = await there[partition]!.next();
    } else {
      waiting.push({ message, place });
      bytes += message.value.length + 200;
    }
    onMoved(from, place);
    tell(++count);
    if (bytes > fullBytes) await flush();
  }
  if (waiting.length > 0) await flush();
  if (known.some(({ done }) => !done))
    throw unfit(topic, 'it holds more than this installation: it has been used since');
}

const unfit = (topic: string, why: string): EngineError =>
  new EngineError('backend-unfit', `the topic ${topic} cannot take this installation in: ${why}`);

/** Count and hash of what a topic is to hold, and of what it holds, partition after partition. */
export async function tallyTopic(move: TopicToMove) {
  const wanted = Array.from({ length: move.partitions }, () => new Tally());
  for await (const { message } of routed(move))
    wanted[partitionOf(message.key, move.partitions)]!.add(messageDigest(message));
  const held = wanted.map(() => new Tally());
  for await (const message of messagesOf(move.to, move.topic))
    held[message.partition]!.add(messageDigest(message));
  return { wanted: together(wanted), held: together(held) };
}

function together(tallies: readonly Tally[]): { readonly count: number; readonly sha256: string } {
  const all = new Tally();
  const count = tallies.reduce((sum, tally) => sum + tally.count, 0);
  for (const tally of tallies) all.add(tally.end().sha256);
  return { count, sha256: all.end().sha256 };
}
