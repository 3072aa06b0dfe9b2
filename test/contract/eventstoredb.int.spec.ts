import { randomBytes, randomUUID } from 'node:crypto';
import { openEventStoreDb, type OpenedEventStoreDb } from '@coxa/adapter-eventstoredb';
import { afterAll, beforeAll } from '@jest/globals';
import { findEventStore } from '../../scripts/backends/eventstoredb.mjs';
import { type SomeEventStore, someEventStore } from '../support/eventstoredb/some-event-store.js';
import { eventStoreContract } from './event-store.contract.js';
import { keyringContract } from './keyring.contract.js';
import type { Opened } from './opened.js';

let server: SomeEventStore;
beforeAll(async () => void (server = await someEventStore()));
afterAll(() => server.stop());

/** One port on an installation of its own: what is in a real event store stays there. */
const open =
  <Port>(pick: (opened: OpenedEventStoreDb) => Port) =>
  async (): Promise<Opened<Port>> => {
    const prefix = `t-${randomUUID().slice(0, 8)}`;
    const options = { url: server.url, prefix, masterKey: randomBytes(32) };
    let opened = await openEventStoreDb(options);
    return {
      port: pick(opened),
      prefix: `${prefix}.`,
      async reopen() {
        await opened.close();
        opened = await openEventStoreDb(options);
        return pick(opened);
      },
      destroy: () => opened.close(),
    };
  };

const name = `eventstoredb, ${(await findEventStore()).by}`;
eventStoreContract(
  name,
  open(({ events }) => events),
);
keyringContract(
  name,
  open(({ keyring }) => keyring),
);
