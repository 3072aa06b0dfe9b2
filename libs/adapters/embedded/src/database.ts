import { EngineError, type EngineErrorCode } from '@coxa/eventing';
import Database from 'libsql';

/** The part of a prepared statement that is used here; the binding's own types know of one parameter only. */
export interface SqliteStatement {
  run(...parameters: unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
}

export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): void;
  pragma(sql: string): unknown;
  close(): void;
}

/**
 * Opens a database file in WAL mode. `FULL`: a commit has been through fdatasync when it returns.
 * `NORMAL`: after a power cut the newest commits may be gone, but never half of one.
 */
export function openDatabase(
  path: string,
  synchronous: 'FULL' | 'NORMAL',
  cacheKiB?: number,
): SqliteDatabase {
  return guarded(path, () => {
    const database = new Database(path) as unknown as SqliteDatabase;
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${synchronous}`);
    // Pages go back into the file eight megabytes at a time: it is done on the event loop, and holds it up for that long.
    database.pragma('wal_autocheckpoint = 2000');
    database.pragma('temp_store = MEMORY');
    if (cacheKiB !== undefined) database.pragma(`cache_size = -${cacheKiB}`);
    return database;
  });
}

/** Runs `work` in one transaction: all of it is there afterwards, or nothing. */
export function inTransaction<T>(database: SqliteDatabase, place: string, work: () => T): T {
  return guarded(place, () => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      rollback(database);
      throw error;
    }
  });
}

function rollback(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself (it does so when the disk is full).
  }
}

/** Runs `work`; SQLite's errors leave as the engine's, with the file's place. */
export function guarded<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translate(place, error);
  }
}

function translate(place: string, error: unknown): unknown {
  const code: unknown = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return error;
  const [kind, what] = kindOf(code);
  return new EngineError(kind, `${place}: ${what} (${code})`, { cause: error });
}

function kindOf(code: string): readonly [EngineErrorCode, string] {
  if (code === 'SQLITE_FULL')
    return ['storage-full', 'the disk is full; free some space, nothing acknowledged is lost'];
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
    return ['corrupt', 'the file is damaged; restore it from a backup'];
  return ['storage-failed', 'the storage refused'];
}

/** A blob as bytes, whichever way the binding hands it over. */
export const bytesOf = (blob: unknown): Uint8Array =>
  blob instanceof ArrayBuffer ? new Uint8Array(blob) : (blob as Uint8Array);
