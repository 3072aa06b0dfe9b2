import {
  type ConsumeOptions,
  type EngineError,
  type LogBatch,
  pause,
  type TopicPartition,
} from '@coxa/eventing';
import { isOfType } from './failures.js';
import type { PartitionReader } from './partition-reader.js';

const maxWaitMs = 500;

interface How {
  readonly open: () => PartitionReader;
  readonly ended: AbortSignal;
  readonly maxMessages: number;
  readonly asFailure: (error: unknown) => EngineError;
}

/**
 * Reads all partitions of some topics from their beginnings on, for itself alone. Those that one broker leads share a reader: a fetch that waits
 * holds up its connection, and each costs something twice a second though nothing comes.
 */
export async function consumeAlone(
  { topics, signal, maxMessages = 500, onAssigned }: ConsumeOptions,
  open: () => PartitionReader,
  asFailure: (error: unknown) => EngineError,
  handler: (batch: LogBatch) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const groups = await groupsOf(topics, open).catch((error: unknown) => {
    throw asFailure(error);
  });
  await onAssigned?.(groups.flat());
  const runs = groups.map((places) =>
    follow(places, { open, ended, maxMessages, asFailure }, handler).finally(() => stop.abort()),
  );
  const outcomes = await Promise.allSettled(runs);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** All partitions, those together that one broker leads now; that may change, it only costs a request more then. */
async function groupsOf(topics: readonly string[], open: () => PartitionReader): Promise<TopicPartition[][]> {
  const reader = open();
  try {
    const counts = await Promise.all(topics.map((topic) => reader.partitions(topic)));
    const places = topics.flatMap((topic, i) =>
      Array.from({ length: counts[i]! }, (_, partition) => ({ topic, partition })),
    );
    return await reader.together(places);
  } finally {
    await reader.close();
  }
}

async function follow(
  group: readonly TopicPartition[],
  { open, ended, maxMessages, asFailure }: How,
  handler: (batch: LogBatch) => Promise<void>,
): Promise<void> {
  const reader = open();
  const close = () => void reader.close().catch(() => undefined);
  ended.addEventListener('abort', close, { once: true });
  try {
    const commit = () => Promise.resolve();
    let places = group.map((place) => ({ ...place, from: 0 }));
    while (!ended.aborted) {
      const fetched = await reader.fetchAll(places, { maxWaitMs }).catch(async (error: unknown) => {
        if (ended.aborted) return undefined;
        if (!isOfType(error, 'OFFSET_OUT_OF_RANGE')) throw asFailure(error);
        // Retention took what was asked for: on from the oldest that is there.
        places = await within(reader, places);
        await pause(100, ended);
        return undefined;
      });
      if (!fetched) continue;
      for (const { topic, partition, messages } of fetched)
        for (let i = 0; i < messages.length && !ended.aborted; i += maxMessages)
          await handler({ topic, partition, messages: messages.slice(i, i + maxMessages), commit });
      places = fetched.map(({ topic, partition, next }) => ({ topic, partition, from: next }));
    }
  } finally {
    ended.removeEventListener('abort', close);
    await reader.close().catch(() => undefined);
  }
}

async function within<Place extends TopicPartition & { readonly from: number }>(
  reader: PartitionReader,
  places: readonly Place[],
): Promise<Place[]> {
  const topics = [...new Set(places.map(({ topic }) => topic))];
  const ends = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await reader.ends(topic)] as const)),
  );
  return places.map((place) => ({
    ...place,
    from: Math.max(place.from, ends.get(place.topic)?.[place.partition]?.start ?? place.from),
  }));
}
