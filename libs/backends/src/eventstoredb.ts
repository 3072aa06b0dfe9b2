import { join } from 'node:path';
import { openEventStoreDb } from '@coxa/adapter-eventstoredb';
import { masterKey } from '@coxa/eventing';
import type { Config } from '@coxa/platform';
import type { Opened } from './opened.js';

/** The events, and the keys of patients beside them, in EventStoreDB / KurrentDB. The master key stays in the folder of the process. */
export async function openEventStoreParts({ eventStoreUrl, prefix, dataDir }: Config): Promise<Opened> {
  const { events, keyring, lasting, answers, close } = await openEventStoreDb({
    url: eventStoreUrl,
    prefix,
    masterKey: masterKey(join(dataDir, 'keys', 'master.key')),
  });
  return { parts: { events, keyring }, lasting, checks: { 'event store': answers }, close };
}
