import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type EventStore, type Keyring, type MessageLog, type ViewStore } from '@coxa/eventing';
import { lockFolder } from './folder-lock.js';
import { SqliteEventStore } from './sqlite-event-store.js';
import { SqliteKeyring } from './sqlite-keyring.js';
import { SqliteMessageLog } from './sqlite-message-log.js';
import { SqliteViewStore } from './sqlite-view-store.js';

export interface Embedded {
  readonly log: MessageLog;
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly keyring: Keyring;
  close(): Promise<void>;
}

/** Opens (and on a first start makes) the embedded storage of a folder. @throws EngineError `folder-in-use` */
export function openEmbedded(folder: string, clock: Clock): Embedded {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  const log = new SqliteMessageLog(join(folder, 'log.db'), join(folder, 'offsets.db'), clock);
  const events = new SqliteEventStore(join(folder, 'events.db'), clock);
  const views = new SqliteViewStore(join(folder, 'views.db'));
  const keyring = new SqliteKeyring(join(folder, 'keyring.db'), join(folder, 'keys', 'master.key'));
  return {
    log,
    events,
    views,
    keyring,
    async close() {
      for (const store of [log, events, views, keyring]) await store.close();
      lock.release();
    },
  };
}
