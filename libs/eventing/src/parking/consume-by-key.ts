import { failurePolicy } from '../errors.js';
import type { LogBatch, LogMessage } from '../ports/message-log.js';
import { backoffMs, pause } from '../util/backoff.js';
import type { ParkingLot } from './parking-lot.js';
import { groupBy } from '../util/group-by.js';

/** Handles messages of one key in order; answers how many it handled, with the error of the one after. */
export type KeyHandler = (
  key: string,
  messages: readonly LogMessage[],
) => Promise<{ readonly done: number; readonly error?: unknown }>;

export interface ConsumeByKeyOptions {
  readonly group: string;
  readonly parking: ParkingLot;
  readonly handler: KeyHandler;
  readonly signal: AbortSignal;
}

/**
 * Handles a batch key by key, side by side, and commits it when all of it is done or parked.
 * Infrastructure faults are retried until they pass (the batch waits), faults of a message park its key, corruption stops the consumer.
 */
export async function consumeByKey(batch: LogBatch, options: ConsumeByKeyOptions): Promise<void> {
  await Promise.all(
    [...groupBy(batch.messages, ({ key }) => key)].map(([key, messages]) =>
      handleKey(key, messages, options),
    ),
  );
  if (options.signal.aborted) return;
  await batch.commit(batch.messages.at(-1)!.offset + 1);
}

async function handleKey(
  key: string,
  messages: readonly LogMessage[],
  options: ConsumeByKeyOptions,
): Promise<void> {
  const { group, parking, handler, signal } = options;
  let rest = messages;
  for (let attempt = 1; rest.length > 0 && !signal.aborted; attempt++) {
    const topic = rest[0]!.topic;
    if (parking.isParked(group, topic, key))
      return parking.park(group, rest, new Error('its key is parked'), 0);
    const { done, error } = await handler(key, rest).catch((thrown: unknown) => ({ done: 0, error: thrown }));
    rest = rest.slice(done);
    if (error === undefined) continue;
    const policy = failurePolicy(error);
    if (policy === 'stop') throw error;
    if (policy === 'park') return parking.park(group, rest, error, attempt);
    await pause(backoffMs(attempt), signal);
  }
}
