import type { ListOptions, ViewChange, ViewEntry, ViewPositions, ViewStore } from '@coxa/eventing';
import { ConsumerOffsets } from './consumer-offsets.js';
import {
  guarded,
  inTransaction,
  openDatabase,
  type SqliteDatabase,
  type SqliteStatement,
} from './database.js';
import { LookUps } from './look-ups.js';
import { ViewCache } from './view-cache.js';
import { ViewSweeper } from './view-sweeper.js';
import { WriteBehind } from './write-behind.js';

/** The pages that many patients' newest entries lie on stay at hand. */
const pagesKiB = 8 * 1024;

/** Above every key that is used. */
const highest = '\u{10ffff}';

/**
 * Views in one SQLite file, with the consumers' offsets beside them. Changes are seen at once and saved together half a second later
 * (`synchronous=NORMAL`): a crash or a power cut may take the newest, but entries, positions and offsets go together, and what was
 * lost is folded on from there.
 */
export class SqliteViewStore implements ViewStore {
  readonly offsets: ConsumerOffsets;
  private readonly database: SqliteDatabase;
  private readonly ids = new Map<string, number>();
  /** Ids that the transaction at hand makes. */
  private readonly made = new Map<string, number>();
  private readonly behind: WriteBehind;
  private readonly sweeper: ViewSweeper;
  private readonly cache: ViewCache;
  private readonly lookUps = new LookUps((view, keys) => this.stored(view, keys));
  private readonly some: SqliteStatement;
  private readonly ascending: SqliteStatement;
  private readonly descending: SqliteStatement;
  private readonly create: SqliteStatement;
  private readonly standing: SqliteStatement;

  constructor(private readonly path: string) {
    this.database = openDatabase(path, 'NORMAL', pagesKiB);
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS views (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS entries (view INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (view, key)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS positions (view INTEGER NOT NULL, source TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (view, source)) WITHOUT ROWID;`);
    for (const { id, name } of this.database.prepare('SELECT id, name FROM views').all() as {
      id: number;
      name: string;
    }[])
      if (!ViewSweeper.isDropped(name)) this.ids.set(name, id);
    this.sweeper = new ViewSweeper(this.database, path);
    const prepare = (sql: string) => this.database.prepare(sql);
    this.some = prepare(
      'SELECT key, value FROM entries WHERE view = ? AND key IN (SELECT value FROM json_each(?))',
    );
    const range = 'SELECT key, value FROM entries WHERE view = ? AND key >= ? AND key < ? ORDER BY key';
    this.ascending = prepare(`${range} LIMIT ?`);
    this.descending = prepare(`${range} DESC LIMIT ?`);
    this.create = prepare('INSERT INTO views (name) VALUES (?)');
    this.standing = prepare('SELECT source, position FROM positions WHERE view = ?');
    this.behind = new WriteBehind(this.database, path);
    this.cache = new ViewCache(this.database, (view) => this.idFor(view));
    this.behind.add(this.cache);
    this.behind.add({ write: () => undefined, saved: () => this.keepMade() });
    this.offsets = new ConsumerOffsets(this.database, this.behind);
  }

  /** Names of the views there are. */
  get names(): string[] {
    return [...this.ids.keys()];
  }

  async get(view: string, keys: readonly string[]): Promise<unknown[]> {
    const unknown = keys.filter((key) => this.cache.find(view, key) === null);
    const stored = unknown.length > 0 ? await this.lookUps.find(view, unknown) : undefined;
    return keys.map((key) => {
      // What was changed while the file was asked is newer than what the file said.
      const changed = this.cache.find(view, key);
      const json = changed === null ? stored?.get(key) : changed;
      return json === undefined ? undefined : (JSON.parse(json) as unknown);
    });
  }

  private stored(view: string, keys: readonly string[]): Map<string, string> {
    const id = this.ids.get(view);
    if (id === undefined) return new Map();
    const rows = guarded(this.path, () => this.some.all(id, JSON.stringify(keys)));
    return new Map((rows as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
  }

  async list(
    view: string,
    { from = '', to = highest, limit = -1, reverse = false }: ListOptions = {},
  ): Promise<ViewEntry[]> {
    if (this.cache.waits(view)) this.behind.flush();
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

  async commit(view: string, changes: readonly ViewChange[], positions: ViewPositions): Promise<void> {
    this.behind.ready();
    this.cache.change(view, changes, positions);
    this.behind.touch(changes.length + 1);
  }

  async positions(view: string): Promise<ViewPositions> {
    const id = this.ids.get(view);
    const rows = (id === undefined ? [] : guarded(this.path, () => this.standing.all(id))) as {
      source: string;
      position: number;
    }[];
    return {
      ...Object.fromEntries(rows.map(({ source, position }) => [source, position])),
      ...this.cache.positions(view),
    };
  }

  async replace(view: string, by: string | null, keep?: string): Promise<void> {
    this.behind.flush();
    this.cache.forgetKept();
    const old = this.ids.get(view);
    const fresh = by === null ? undefined : this.ids.get(by);
    const gone = keep === undefined ? old : this.ids.get(keep);
    const kept = keep === undefined ? undefined : old;
    const rename = this.database.prepare('UPDATE views SET name = ? WHERE id = ?');
    inTransaction(this.database, this.path, () => {
      if (gone !== undefined) this.sweeper.drop(gone);
      if (kept !== undefined) rename.run(keep, kept);
      if (fresh !== undefined) rename.run(view, fresh);
    });
    for (const name of [view, by, keep]) if (typeof name === 'string') this.ids.delete(name);
    if (kept !== undefined) this.ids.set(keep!, kept);
    if (fresh !== undefined) this.ids.set(view, fresh);
  }

  async close(): Promise<void> {
    this.sweeper.stop();
    this.behind.flush();
    this.database.close();
  }

  private idFor(view: string): number {
    const known = this.ids.get(view);
    if (known !== undefined) return known;
    const id = Number(this.create.run(view).lastInsertRowid);
    this.made.set(view, id);
    return id;
  }

  /** A view that a failed transaction would have made is not there. */
  private keepMade(): void {
    for (const [view, id] of this.made) this.ids.set(view, id);
    this.made.clear();
  }
}
