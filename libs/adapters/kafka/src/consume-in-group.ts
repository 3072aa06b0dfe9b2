import { backoffMs, type EngineError, type LogBatch, pause } from '@coxa/eventing';
import type { Kafka } from 'kafkajs';
import { isPassing } from './failures.js';
import { GroupConsumer, type GroupConsumerOptions } from './group-consumer.js';

/** So long the cluster may keep the group from consuming before that is told. */
const patienceMs = 12_000;

/**
 * Consumes as a member of a group. A member of kafkajs that has crashed never comes back, and its process lives on: here another takes its
 * place, and when none can for a while the failure is thrown.
 */
export async function consumeInGroup(
  client: Kafka,
  options: GroupConsumerOptions,
  handler: (batch: LogBatch) => Promise<void>,
): Promise<void> {
  let lastWell = performance.now();
  const onAssigned: NonNullable<GroupConsumerOptions['onAssigned']> = (partitions) => {
    lastWell = performance.now();
    return options.onAssigned?.(partitions);
  };
  for (let attempt = 1; ; attempt++) {
    const member = new GroupConsumer(client, { ...options, onAssigned }, handler);
    const began = performance.now();
    try {
      return await member.run();
    } catch (error) {
      // What a handler threw is the caller's.
      if (!member.crash || !isPassing(member.crash)) throw error;
      if (lastWell > began) attempt = 1;
      if (performance.now() - lastWell > patienceMs) throw error as EngineError;
    }
    await pause(Math.min(backoffMs(attempt), 2_000), options.signal);
    if (options.signal.aborted) return;
  }
}
