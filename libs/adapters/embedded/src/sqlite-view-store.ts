import type { ListOptions, ViewChange, ViewEntry, ViewPositions, ViewStore } from '@coxa/eventing';
import { GroupCommit } from './group-commit.js';
import {
  guarded,
  inTransaction,
  openDatabase,
  type SqliteDatabase,
  type SqliteStatement,
} from './database.js';

/** Above every key that is used. */
const highest = '\u{10ffff}';

/**
 * Views in one SQLite file. `synchronous=NORMAL` is enough: a power cut may take the newest commits, but entries and position
 * go together, and the view is folded on from there.
 */
export class SqliteViewStore implements ViewStore {
  private readonly database: SqliteDatabase;
  private readonly ids = new Map<string, number>();
  private readonly fresh = new Map<string, number>();
  private readonly group: GroupCommit;
  private readonly one: SqliteStatement;
  private readonly ascending: SqliteStatement;
  private readonly descending: SqliteStatement;
  private readonly create: SqliteStatement;
  private readonly put: SqliteStatement;
  private readonly remove: SqliteStatement;
  private readonly move: SqliteStatement;
  private readonly standing: SqliteStatement;

  constructor(private readonly path: string) {
    this.database = openDatabase(path, 'NORMAL');
    this.group = new GroupCommit(this.database, path, (done) => this.committed(done));
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS views (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS entries (view INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (view, key)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS positions (view INTEGER NOT NULL, source TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (view, source)) WITHOUT ROWID;`);
    for (const { id, name } of this.database.prepare('SELECT id, name FROM views').all() as {
      id: number;
      name: string;
    }[])
      this.ids.set(name, id);
    const prepare = (sql: string) => this.database.prepare(sql);
    this.one = prepare('SELECT value FROM entries WHERE view = ? AND key = ?');
    const range = 'SELECT key, value FROM entries WHERE view = ? AND key >= ? AND key < ? ORDER BY key';
    this.ascending = prepare(`${range} LIMIT ?`);
    this.descending = prepare(`${range} DESC LIMIT ?`);
    this.create = prepare('INSERT INTO views (name) VALUES (?)');
    this.put = prepare(
      'INSERT INTO entries VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    this.remove = prepare('DELETE FROM entries WHERE view = ? AND key = ?');
    this.move = prepare(
      'INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET position = excluded.position',
    );
    this.standing = prepare('SELECT source, position FROM positions WHERE view = ?');
  }

  async get(view: string, keys: readonly string[]): Promise<unknown[]> {
    const id = this.ids.get(view);
    if (id === undefined) return keys.map(() => undefined);
    return guarded(this.path, () =>
      keys.map((key) => valueOf(this.one.get(id, key) as { value: string } | undefined)),
    );
  }

  async list(
    view: string,
    { from = '', to = highest, limit = -1, reverse = false }: ListOptions = {},
  ): Promise<ViewEntry[]> {
    const id = this.ids.get(view);
    if (id === undefined) return [];
    const rows = guarded(this.path, () =>
      (reverse ? this.descending : this.ascending).all(id, from, to, limit),
    );
    return (rows as { key: string; value: string }[]).map(({ key, value }) => ({
      key,
      value: JSON.parse(value) as unknown,
    }));
  }

  /** Commits of one turn share one transaction. */
  async commit(view: string, changes: readonly ViewChange[], positions: ViewPositions): Promise<void> {
    await this.group.submit(() => {
      const id = this.ids.get(view) ?? this.fresh.get(view) ?? Number(this.create.run(view).lastInsertRowid);
      if (!this.ids.has(view)) this.fresh.set(view, id);
      for (const { key, value } of changes)
        if (value === undefined) this.remove.run(id, key);
        else this.put.run(id, key, JSON.stringify(value));
      for (const [source, position] of Object.entries(positions)) this.move.run(id, source, position);
    });
  }

  /** A view that a failed commit would have made is not there. */
  private committed(done: boolean): void {
    if (done) for (const [view, id] of this.fresh) this.ids.set(view, id);
    this.fresh.clear();
  }

  async positions(view: string): Promise<ViewPositions> {
    const id = this.ids.get(view);
    if (id === undefined) return {};
    const rows = guarded(this.path, () => this.standing.all(id)) as { source: string; position: number }[];
    return Object.fromEntries(rows.map(({ source, position }) => [source, position]));
  }

  async replace(view: string, by: string | null): Promise<void> {
    const old = this.ids.get(view);
    const fresh = by === null ? undefined : this.ids.get(by);
    inTransaction(this.database, this.path, () => {
      if (old !== undefined)
        for (const [table, column] of [
          ['entries', 'view'],
          ['positions', 'view'],
          ['views', 'id'],
        ] as const)
          this.database.prepare(`DELETE FROM ${table} WHERE ${column} = ?`).run(old);
      if (fresh !== undefined)
        this.database.prepare('UPDATE views SET name = ? WHERE id = ?').run(view, fresh);
    });
    this.ids.delete(view);
    if (by === null || fresh === undefined) return;
    this.ids.delete(by);
    this.ids.set(view, fresh);
  }

  async close(): Promise<void> {
    this.group.close();
    this.database.close();
  }
}

const valueOf = (row: { value: string } | undefined): unknown =>
  row ? (JSON.parse(row.value) as unknown) : undefined;
