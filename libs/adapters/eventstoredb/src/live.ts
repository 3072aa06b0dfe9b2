import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  type ResolvedEvent,
  streamNameFilter,
} from '@eventstore/db-client';
import type { StoredEvent } from '@coxa/eventing';
import { placeOf, storedEvent } from './stored-event.js';

/** What a live subscription brings: events, and how far the server has looked (events of others lie between). */
export interface Portion {
  readonly events: readonly StoredEvent[];
  /** Everything up to here has been seen. */
  readonly position: number | null;
  readonly fellBehind: boolean;
}

const most = 1_000;
/** Events that the client holds ready; behind it the flow control of the connection makes the server wait. */
const ready = 500;
/** Events of others after which the server says how far it has come. */
const window = 1_000;

/**
 * Events of streams with a prefix after a position, as the server sends them, pulled: nothing is taken from the connection before the reader
 * asks. Ends when the signal aborts; throws when the subscription does, for it does not come back by itself.
 */
export async function* live(
  client: EventStoreDBClient,
  prefix: string,
  after: number | null,
  signal: AbortSignal,
): AsyncGenerator<Portion> {
  let checkpoint: number | null = null;
  let wake = (): void => undefined;
  const filter = streamNameFilter({
    prefixes: [prefix],
    checkpointInterval: 1,
    maxSearchWindow: window,
    checkpointReached: (_, { commit }) => {
      checkpoint = Number(commit);
      wake();
    },
  });
  const fromPosition = after === null ? ('start' as const) : placeOf(after);
  const subscription: AllStreamSubscription = client.subscribeToAll(
    { fromPosition, filter },
    { highWaterMark: ready },
  );
  let over: { readonly error?: unknown } | undefined;
  let fellBehind = false;
  const end = (error?: unknown) => {
    over ??= { error };
    wake();
  };
  const stirred = () => wake();
  // Stays for good: an error that comes after the reader has gone would otherwise end the process.
  subscription.on('error', end);
  subscription.on('end', () => end());
  subscription.on('close', () => end());
  subscription.on('readable', stirred);
  subscription.on('caughtUp', stirred);
  subscription.on('fellBehind', () => (fellBehind = true));
  signal.addEventListener('abort', stirred);
  try {
    let position = after;
    let told: number | null | undefined;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const events: StoredEvent[] = [];
      while (events.length < most) {
        const next = subscription.read() as ResolvedEvent | null;
        if (next === null) break;
        events.push(storedEvent(next));
      }
      position = events.at(-1)?.position ?? position;
      // A checkpoint counts once all that was sent before it has been taken.
      if (events.length < most && checkpoint !== null) {
        position = Math.max(position ?? -1, checkpoint);
        checkpoint = null;
      }
      if (events.length > 0 || fellBehind || position !== told) {
        told = position;
        yield { events, position, fellBehind };
        fellBehind = false;
      } else if (over) throw over.error ?? new Error('the subscription ended');
      else await woken;
    }
  } finally {
    signal.removeEventListener('abort', stirred);
    subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}
