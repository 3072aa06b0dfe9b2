import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '@coxa/eventing';
import Database from 'libsql';

/**
 * One process a folder. The lock is SQLite's exclusive lock on a file of its own, which the operating system lets go of when the process
 * ends, however it ends: after `kill -9` the next start takes over at once.
 */
export function lockFolder(folder: string): { release: () => void } {
  const owner = join(folder, 'owner.pid');
  const database = new Database(join(folder, 'lock.db'), { timeout: 0 });
  try {
    database.pragma('journal_mode = DELETE');
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
    database.exec('CREATE TABLE IF NOT EXISTS lock (x)');
    database.exec('COMMIT');
  } catch (cause) {
    database.close();
    throw new EngineError(
      'folder-in-use',
      `the data folder ${folder} is in use by process ${pidIn(owner)}; stop that one first, or choose another folder with COXA_DATA_DIR`,
      { cause },
    );
  }
  writeFileSync(owner, String(process.pid));
  return { release: () => void database.close() };
}

function pidIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '(unknown)';
  }
}
