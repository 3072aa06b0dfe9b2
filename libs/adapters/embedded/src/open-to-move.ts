import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  EngineError,
  type EventStore,
  type MessageLog,
  systemClock,
  type ViewPositions,
} from '@coxa/eventing';
import { openStores } from './open-embedded.js';

/** An embedded installation with all that somebody who carries it elsewhere must know of it. */
export interface EmbeddedToMove {
  readonly log: MessageLog;
  readonly events: EventStore;
  readonly topics: readonly string[];
  /** How far each group has come. */
  readonly committed: readonly {
    readonly consumer: string;
    readonly topic: string;
    readonly partition: number;
    readonly next: number;
  }[];
  /** The key of each patient, 32 bytes; null: erased. */
  readonly keys: ReadonlyMap<string, Uint8Array | null>;
  /** Views with a position among the events, by name. */
  positions(): Promise<ReadonlyMap<string, ViewPositions>>;
  close(): Promise<void>;
}

/** @throws EngineError `folder-in-use` while a server runs on it, `backend-unfit` when there is none, `corrupt` */
export async function openEmbeddedToMove(folder: string): Promise<EmbeddedToMove> {
  for (const file of ['events.db', join('keys', 'master.key')])
    if (!existsSync(join(folder, file)))
      throw new EngineError(
        'backend-unfit',
        `${folder} holds no embedded installation (${file} is not there): give its data folder`,
      );
  const { log, events, views, keyring, close } = await openStores(folder, systemClock, console.warn);
  try {
    const positions = async () =>
      new Map(
        await Promise.all(views.names.map(async (name) => [name, await views.positions(name)] as const)),
      );
    return {
      log,
      events,
      topics: log.topicNames,
      committed: views.offsets.all(),
      keys: keyring.all(),
      positions,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
