import type { EventStoreDBClient } from '@eventstore/db-client';
import { RevisionConflict } from '@coxa/eventing';
import { withoutSecrets } from './address.js';
import { append } from './append.js';
import { newClient, serverVersion } from './client.js';
import { EsdbEventStore } from './esdb-event-store.js';
import { unfit } from './faults.js';
import { findInstallation } from './installation.js';
import { checkVersion, usual, within } from './open-eventstoredb.js';

export interface EventStoreSeen {
  readonly version: string;
  /** Whether an installation of ours has used it. */
  readonly claimed: boolean;
  /** By the server's clock, epoch ms, when the newest event was taken; undefined when there is none. */
  readonly newestAt: number | undefined;
}

/** No stream comes so far: an append that expects it is judged, permission first, and never done. */
const neverReached = Number.MAX_SAFE_INTEGER - 1;

/**
 * Looks at an event store and writes nothing; that it may be written to is asked by an append that cannot succeed.
 * @throws EngineError `backend-unfit`: which, where, why and what to do
 */
export async function examineEventStoreDb({
  url,
  prefix,
  masterKey,
  times = usual,
}: {
  readonly url: string;
  readonly prefix: string;
  /** Undefined: there is none yet. */
  readonly masterKey: Uint8Array | undefined;
  readonly times?: typeof usual;
}): Promise<EventStoreSeen> {
  const where = withoutSecrets(url);
  let client: EventStoreDBClient | undefined;
  try {
    client = newClient(url);
    const version = await within(times.answerMs, serverVersion(client));
    checkVersion(version, where);
    const stream = `${prefix}:examined`;
    await mayWrite(client, stream, times);
    // Streams are limited by their metadata, which by default only administrators may write.
    await mayWrite(client, `$$${stream}`, times);
    const founded = await findInstallation(client, { prefix, masterKey, times, where });
    // Without an installation there is no event of it: a shared store is not looked through for one.
    const events = new EsdbEventStore(client, `${prefix}.`, times, founded?.since ?? null);
    const newest = founded ? await events.newestEvent() : undefined;
    if (!founded) await events.mayRead();
    return {
      version,
      claimed: masterKey !== undefined && founded !== undefined,
      newestAt: newest?.recordedAt,
    };
  } catch (error) {
    throw unfit(where, error);
  } finally {
    await client?.dispose();
  }
}

async function mayWrite(client: EventStoreDBClient, stream: string, times: typeof usual): Promise<void> {
  const event = {
    id: crypto.randomUUID(),
    type: 'coxa.examined.v1',
    data: Buffer.from('{}'),
    metadata: {},
  };
  try {
    await append(client, stream, neverReached, [event], { ...times, retryMs: 0 });
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
  }
}
