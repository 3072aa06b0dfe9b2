import type { ViewChange, ViewPositions } from '@coxa/eventing';
import { LRUCache } from 'lru-cache';
import type { SqliteDatabase, SqliteStatement } from './database.js';
import type { Pending } from './write-behind.js';

/** Rows that one statement puts: half the cost of a row is the statement and its parameters. */
const together = 64;
/** From this many changes at once on they come from a rebuild: what is written then is not what is asked for next. */
const bulk = 10_000;
/** UTF-16 code units of saved entries that stay at hand: who was written a moment ago is likely to be written again. */
const keptSize = 1 << 20;

interface Dirty {
  /** As JSON, so that nobody shares an object with the view; undefined: removed. */
  readonly entries: Map<string, string | undefined>;
  positions: ViewPositions;
}

/** Changes of views that are not saved yet, and the newest of those that are. */
export class ViewCache implements Pending {
  private readonly views = new Map<string, Dirty>();
  private readonly kept = new LRUCache<string, string>({
    maxSize: keptSize,
    sizeCalculation: (value, key) => value.length + key.length,
  });
  private readonly putOne: SqliteStatement;
  private readonly putMany: SqliteStatement;
  private readonly remove: SqliteStatement;
  private readonly move: SqliteStatement;

  constructor(
    database: SqliteDatabase,
    private readonly idOf: (view: string) => number,
  ) {
    const put = (rows: number) => {
      const values = Array.from({ length: rows }, (_, row) => `(?1, ?${2 * row + 2}, ?${2 * row + 3})`);
      return database.prepare(
        `INSERT INTO entries VALUES ${values.join(', ')} ON CONFLICT DO UPDATE SET value = excluded.value`,
      );
    };
    this.putOne = put(1);
    this.putMany = put(together);
    this.remove = database.prepare('DELETE FROM entries WHERE view = ? AND key = ?');
    this.move = database.prepare(
      'INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET position = excluded.position',
    );
  }

  change(view: string, changes: readonly ViewChange[], positions: ViewPositions): void {
    let dirty = this.views.get(view);
    if (!dirty) this.views.set(view, (dirty = { entries: new Map(), positions: {} }));
    for (const { key, value } of changes)
      dirty.entries.set(key, value === undefined ? undefined : JSON.stringify(value));
    dirty.positions = { ...dirty.positions, ...positions };
  }

  /** The entry's JSON, undefined when it was removed, null when the file knows. */
  find(view: string, key: string): string | undefined | null {
    const entries = this.views.get(view)?.entries;
    return entries?.has(key) ? entries.get(key) : (this.kept.get(keyOf(view, key)) ?? null);
  }

  /** After a view has taken another's place. */
  forgetKept(): void {
    this.kept.clear();
  }

  positions(view: string): ViewPositions {
    return this.views.get(view)?.positions ?? {};
  }

  write(): void {
    for (const [view, { entries, positions }] of this.views) {
      const id = this.idOf(view);
      // In order of the key: neighbours lie on the same pages.
      const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
      let rows: unknown[] = [];
      for (const [key, value] of sorted)
        if (value === undefined) this.remove.run(id, key);
        else if (rows.push(key, value) === together * 2) {
          this.putMany.run(id, ...rows);
          rows = [];
        }
      for (let i = 0; i < rows.length; i += 2) this.putOne.run(id, rows[i], rows[i + 1]);
      for (const [source, position] of Object.entries(positions)) this.move.run(id, source, position);
    }
  }

  saved(): void {
    for (const [view, { entries }] of this.views)
      for (const [key, value] of entries)
        if (value === undefined || entries.size >= bulk) this.kept.delete(keyOf(view, key));
        else this.kept.set(keyOf(view, key), value);
    this.views.clear();
  }

  /** True when the view has changes that are not saved yet. */
  waits(view: string): boolean {
    return this.views.has(view);
  }
}

/** Names of views hold no line break. */
const keyOf = (view: string, key: string): string => `${view}\n${key}`;
