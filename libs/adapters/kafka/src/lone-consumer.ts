import { type ConsumeOptions, type EngineError, type LogBatch, pause } from '@coxa/eventing';
import { isOfType } from './failures.js';
import type { PartitionReader } from './partition-reader.js';

const maxWaitMs = 500;

/** Reads all partitions of some topics from their beginnings on, for itself alone. Each partition has a reader: a fetch that waits holds up its connection. */
export async function consumeAlone(
  { topics, signal, maxMessages = 500, onAssigned }: ConsumeOptions,
  open: () => PartitionReader,
  asFailure: (error: unknown) => EngineError,
  handler: (batch: LogBatch) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const places = await placesOf(topics, open).catch((error: unknown) => {
    throw asFailure(error);
  });
  await onAssigned?.(places);
  const runs = places.map((place) =>
    follow(place, { open, ended, maxMessages, asFailure }, handler).finally(() => stop.abort()),
  );
  const outcomes = await Promise.allSettled(runs);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function placesOf(topics: readonly string[], open: () => PartitionReader) {
  const reader = open();
  try {
    const counts = await Promise.all(topics.map((topic) => reader.partitions(topic)));
    return topics.flatMap((topic, i) =>
      Array.from({ length: counts[i]! }, (_, partition) => ({ topic, partition })),
    );
  } finally {
    await reader.close();
  }
}

async function follow(
  place: { readonly topic: string; readonly partition: number },
  how: {
    readonly open: () => PartitionReader;
    readonly ended: AbortSignal;
    readonly maxMessages: number;
    readonly asFailure: (error: unknown) => EngineError;
  },
  handler: (batch: LogBatch) => Promise<void>,
): Promise<void> {
  const { ended, maxMessages, asFailure } = how;
  const reader = how.open();
  const close = () => void reader.close().catch(() => undefined);
  ended.addEventListener('abort', close, { once: true });
  try {
    const commit = () => Promise.resolve();
    for (let from = 0; !ended.aborted;) {
      const fetched = await reader.fetch(place, from, { maxWaitMs }).catch(async (error: unknown) => {
        if (ended.aborted) return undefined;
        if (!isOfType(error, 'OFFSET_OUT_OF_RANGE')) throw asFailure(error);
        // Retention took what was asked for: on from the oldest that is there.
        from = Math.max(from, (await reader.ends(place.topic))[place.partition]?.start ?? from);
        await pause(100, ended);
        return undefined;
      });
      if (!fetched) continue;
      for (let i = 0; i < fetched.messages.length && !ended.aborted; i += maxMessages)
        await handler({ ...place, messages: fetched.messages.slice(i, i + maxMessages), commit });
      from = fetched.next;
    }
  } finally {
    ended.removeEventListener('abort', close);
    await reader.close().catch(() => undefined);
  }
}
