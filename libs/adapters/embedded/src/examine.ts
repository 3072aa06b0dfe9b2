import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { examineLane, type LaneSeen } from './segmented/examine-lane.js';

export interface FolderSeen {
  /** Process that holds it, as it wrote itself down. */
  readonly heldBy: string | undefined;
  readonly segments: number;
  /** What was acknowledged and is damaged, each with its place. */
  readonly damage: readonly string[];
  /** Epoch ms of the newest message of the log; undefined when there is none. */
  readonly newestAt: number | undefined;
}

/** Files above it are looked at by their first page only: a look must not take minutes. */
const wholeUpToBytes = 256 * 1024 * 1024;

/**
 * Looks at the embedded storage of a folder, also while a server uses it, and changes nothing: the newest segment of each lane is checked frame
 * by frame, finished ones by what their index says of them, databases by SQLite's own quick check.
 */
export function examineFolder(folder: string): FolderSeen {
  const lanes = examineLog(folder);
  const newest = lanes.map(({ newestAt }) => newestAt).filter((at) => at > 0);
  return {
    heldBy: holderOf(folder),
    segments: lanes.reduce((sum, { segments }) => sum + segments, 0),
    damage: [
      ...lanes.flatMap(({ damage }) => damage),
      ...['events.db', 'keyring.db'].flatMap((name) => databaseDamage(join(folder, name))),
    ],
    newestAt: newest.length > 0 ? Math.max(...newest) : undefined,
  };
}

/** The part of it that looks at the message log, each lane at a time. */
function examineLog(folder: string): LaneSeen[] {
  const foldersIn = (path: string) =>
    existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
  return foldersIn(join(folder, 'log')).flatMap(foldersIn).map(examineLane);
}

/** Asks for a lock that many may have: whoever holds the folder lets nobody have any. */
function holderOf(folder: string): string | undefined {
  const path = join(folder, 'lock.db');
  if (!existsSync(path)) return undefined;
  const database = new Database(path, { timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return undefined;
  } catch {
    return existsSync(join(folder, 'owner.pid'))
      ? readFileSync(join(folder, 'owner.pid'), 'utf8')
      : '(unknown)';
  } finally {
    database.close();
  }
}

function databaseDamage(path: string): string[] {
  if (!existsSync(path)) return [];
  let words: string;
  try {
    const database = new Database(path);
    try {
      if (statSync(path).size > wholeUpToBytes) {
        database.prepare('SELECT count(*) FROM sqlite_master').get();
        return [];
      }
      words = (database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }).quick_check;
    } finally {
      database.close();
    }
  } catch (error) {
    words = error instanceof Error ? error.message : String(error);
  }
  return words === 'ok' ? [] : [`${path}: ${words}`];
}
