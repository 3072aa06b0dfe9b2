import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '@coxa/eventing';
import Database from 'libsql';
import { guarded } from './database.js';

/**
 * One process a folder. The lock is an exclusive SQLite transaction that stays open on a file of its own; the operating system
 * lets its lock go when the process ends, however it ends: after `kill -9` the next start takes over at once.
 * @throws EngineError `folder-in-use`, `storage-full`, `storage-failed`
 */
export function lockFolder(folder: string): { release: () => void } {
  const owner = join(folder, 'owner.pid');
  const database = openLock(folder);
  try {
    guarded(folder, () => database.exec('BEGIN EXCLUSIVE'));
    tellOwner(owner);
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new EngineError(
      'folder-in-use',
      `the data folder ${folder} is in use by process ${pidIn(owner)}; stop that one first, or choose another folder with COXA_DATA_DIR`,
      { cause: error },
    );
  }
  return {
    release: () => {
      // The binding frees the file only when its memory is collected, so the transaction is ended by hand.
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

function openLock(folder: string) {
  try {
    return new Database(join(folder, 'lock.db'), { timeout: 0 });
  } catch (cause) {
    throw new EngineError(
      'storage-failed',
      `the data folder ${folder} cannot be written; give this user the right to, or choose another folder with COXA_DATA_DIR`,
      { cause },
    );
  }
}

/** Other refusals, of a full disk for one, are none of another process. */
const isBusy = (error: unknown): boolean =>
  ((error as Error).cause as { code?: unknown } | undefined)?.code === 'SQLITE_BUSY';

function tellOwner(path: string): void {
  try {
    writeFileSync(path, String(process.pid));
  } catch {
    // On a full disk it stays untold who holds the folder; that it is held is the lock's to say.
  }
}

function pidIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '(unknown)';
  }
}
