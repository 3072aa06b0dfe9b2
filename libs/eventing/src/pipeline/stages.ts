import type { EventStore } from '../ports/event-store.js';
import type { MessageLog } from '../ports/message-log.js';
import type { Stage } from './pipeline.js';

/** A consumer group that has committed everything its topic holds. */
export function consumedStage(log: MessageLog, group: string, topic: string): Stage {
  return {
    name: `${group} reads ${topic}`,
    settled: () => consumed(log, group, topic),
    upToNow: () => committedUpToNow(log, group, topic),
  };
}

/** Answers a check that holds once the group has committed everything that lies in the topic now, whatever comes behind it. */
export async function committedUpToNow(
  log: MessageLog,
  group: string,
  topic: string,
): Promise<() => Promise<boolean>> {
  const ends = new Map((await log.offsets(topic)).map(({ partition, end }) => [partition, end]));
  return () => consumed(log, group, topic, ends);
}

/** Whether the group has committed everything the topic holds, or what lies before the `ends` of its partitions. */
async function consumed(
  log: MessageLog,
  group: string,
  topic: string,
  ends?: ReadonlyMap<number, number>,
): Promise<boolean> {
  const partitions = await log.offsets(topic, group);
  // What retention has taken since the group was here last is waited for in vain.
  return partitions.every(
    ({ partition, start, end, committed }) =>
      Math.max(start, committed ?? start) >= (ends ? (ends.get(partition) ?? 0) : end),
  );
}

/** A projector or relay that has reached the head of the event store. */
export function reachedHeadStage(
  name: string,
  store: EventStore,
  follower: { reached(position: number | null): Promise<boolean> | boolean },
): Stage {
  const upToNow = async () => {
    const head = await store.head();
    return () => follower.reached(head);
  };
  return { name, upToNow, settled: async () => (await upToNow())() };
}
