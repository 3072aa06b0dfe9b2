import type { LogMessage } from '../ports/message-log.js';
import type { Order, RunResult } from './command-handler.js';

/** Decodes the messages of one key into orders and runs them; the first that cannot be decoded or is refused ends the run and is returned. */
export async function runMessages<Command, Event>(
  messages: readonly LogMessage[],
  toOrder: (message: LogMessage) => Order<Command>,
  run: (orders: readonly Order<Command>[]) => Promise<RunResult<Event>>,
): Promise<{ readonly done: number; readonly error?: unknown }> {
  const orders: Order<Command>[] = [];
  let undecodable: unknown;
  for (const message of messages) {
    try {
      orders.push(toOrder(message));
    } catch (error) {
      undecodable = error;
      break;
    }
  }
  const { done, error = undecodable } = await run(orders);
  return error === undefined ? { done } : { done, error };
}
