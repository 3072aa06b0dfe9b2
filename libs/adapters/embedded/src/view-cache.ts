import type { ViewChange, ViewPositions } from '@coxa/eventing';
import type { SqliteDatabase, SqliteStatement } from './database.js';
import type { Pending } from './write-behind.js';

/** Rows that one statement puts: half the cost of a row is the statement and its parameters. */
const together = 64;
/** From this many changes at once on they come from a rebuild: what is written then is not what is asked for next. */
const bulk = 10_000;
/** About so many saved entries stay at hand: who was written a moment ago is likely to be asked for again. */
const keptEntries = 8_000;

interface Dirty {
  /** As JSON, so that nobody shares an object with the view; undefined: removed. */
  readonly entries: Map<string, string | undefined>;
  positions: ViewPositions;
}

/** Changes of views that are not saved yet, and the newest of those that are. */
export class ViewCache implements Pending {
  private views = new Map<string, Dirty>();
  /** What the last savings saved, the newest first. */
  private kept: readonly ReadonlyMap<string, Dirty>[] = [];
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
    const waiting = this.views.get(view)?.entries;
    if (waiting?.has(key)) return waiting.get(key);
    for (const saved of this.kept) {
      const entries = saved.get(view)?.entries;
      if (entries?.has(key)) return entries.get(key);
    }
    return null;
  }

  /** After a view has taken another's place. */
  forgetKept(): void {
    this.kept = [];
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
    // What came from a rebuild is not what is asked for next; but whatever was kept may be older than it.
    const bulky = [...this.views.values()].some(({ entries }) => entries.size >= bulk);
    const kept = bulky ? [] : [this.views, ...this.kept];
    let size = 0;
    this.kept = kept.filter((views) => {
      for (const { entries } of views.values()) size += entries.size;
      return size <= keptEntries;
    });
    this.views = new Map();
  }

  /** True when the view has changes that are not saved yet. */
  waits(view: string): boolean {
    return this.views.has(view);
  }
}
