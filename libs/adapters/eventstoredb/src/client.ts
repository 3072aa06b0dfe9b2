import { EventStoreDBClient } from '@eventstore/db-client';
import { clientAddress } from './address.js';

/**
 * A client that sends each append as a call of its own. Its batch appends share one stream for the whole process: an error of one would reject
 * all that wait, of other streams and even other clients, and an answer that never comes is waited for without end. It chooses them by
 * asking what the server supports.
 */
export function newClient(url: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(clientAddress(url));
  Object.assign(client, { supports: () => Promise.resolve(false) });
  return client;
}

/** The server's version as it tells it; `unknown` when it is too old to tell. */
export async function serverVersion(client: EventStoreDBClient): Promise<string> {
  const { serverVersion: version } = await (
    client as unknown as { readonly capabilities: Promise<{ readonly serverVersion: string }> }
  ).capabilities;
  return version;
}
