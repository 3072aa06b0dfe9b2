import { join } from 'node:path';
import {
  type Clock,
  type EventStore,
  type Keyring,
  makeFolder,
  type MessageLog,
  type ViewStore,
} from '@coxa/eventing';
import { lockFolder } from './folder-lock.js';
import { carryOver } from './segmented/carry-over.js';
import { SegmentedMessageLog } from './segmented/segmented-message-log.js';
import { SqliteEventStore } from './sqlite-event-store.js';
import { SqliteKeyring } from './sqlite-keyring.js';
import { SqliteViewStore } from './sqlite-view-store.js';

const segmentBytes = 64 * 1024 * 1024;

export interface Embedded {
  readonly log: MessageLog;
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly keyring: Keyring;
  close(): Promise<void>;
}

/**
 * Opens (and on a first start makes) the embedded storage of a folder. `tell` hears what an operator may want to know.
 * @throws EngineError `folder-in-use`, `corrupt`
 */
export const openEmbedded = (
  folder: string,
  clock: Clock,
  tell: (note: string) => void = console.warn,
): Promise<Embedded> => openStores(folder, clock, tell);

/** The stores of a folder as what they are. */
export async function openStores(folder: string, clock: Clock, tell: (note: string) => void) {
  makeFolder(folder);
  const lock = lockFolder(folder);
  const opened: { close(): Promise<void> }[] = [];
  const keep = <Store extends { close(): Promise<void> }>(store: Store): Store => {
    opened.push(store);
    return store;
  };
  const close = async () => {
    // Newest first: the views, which hold the log's offsets, go last.
    for (const store of opened.reverse()) await store.close();
    lock.release();
  };
  try {
    const views = keep(new SqliteViewStore(join(folder, 'views.db')));
    await carryOver(folder, views.offsets, segmentBytes);
    const log = keep(new SegmentedMessageLog(join(folder, 'log'), views.offsets, clock, segmentBytes, tell));
    for (const cut of log.cuts)
      tell(`${cut}: an append that had not been acknowledged was cut short, and is gone`);
    const events = keep(new SqliteEventStore(join(folder, 'events.db'), clock));
    const keyring = keep(new SqliteKeyring(join(folder, 'keyring.db'), join(folder, 'keys', 'master.key')));
    return { log, events, views, keyring, close } satisfies Embedded;
  } catch (error) {
    await close();
    throw error;
  }
}
