import type { EventStore } from '../ports/event-store.js';
import type { MessageLog } from '../ports/message-log.js';
import type { Stage } from './pipeline.js';

/** A consumer group that has committed everything its topic holds. */
export function consumedStage(log: MessageLog, group: string, topic: string): Stage {
  return { name: `${group} reads ${topic}`, settled: () => consumed(log, group, topic) };
}

/** Whether the group has committed everything the topic holds. */
export async function consumed(log: MessageLog, group: string, topic: string): Promise<boolean> {
  const partitions = await log.offsets(topic, group);
  return partitions.every(({ start, end, committed }) => end === start || (committed ?? start) >= end);
}

/** A projector or relay that has reached the head of the event store. */
export function reachedHeadStage(
  name: string,
  store: EventStore,
  follower: { reached(position: number | null): Promise<boolean> | boolean },
): Stage {
  return { name, settled: async () => follower.reached(await store.head()) };
}
