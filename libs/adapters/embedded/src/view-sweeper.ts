import { inTransaction, type SqliteDatabase, type SqliteStatement } from './database.js';

const chunk = 2_000;
const pauseMs = 20;
const mark = '~dropped/';

/** Takes dropped views away a little at a time: a large one would hold everything up. What a stop leaves is taken up at the next start. */
export class ViewSweeper {
  private readonly oldest: SqliteStatement;
  private readonly some: SqliteStatement;
  private readonly positions: SqliteStatement;
  private readonly view: SqliteStatement;
  private readonly rename: SqliteStatement;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly place: string,
  ) {
    const prepare = (sql: string) => database.prepare(sql);
    this.oldest = prepare(`SELECT id FROM views WHERE name >= '${mark}' AND name < '~dropped0' LIMIT 1`);
    this.some = prepare(
      `DELETE FROM entries WHERE view = ?1 AND key IN (SELECT key FROM entries WHERE view = ?1 LIMIT ${chunk})`,
    );
    this.positions = prepare('DELETE FROM positions WHERE view = ?');
    this.view = prepare('DELETE FROM views WHERE id = ?');
    this.rename = prepare(`UPDATE views SET name = '${mark}' || id WHERE id = ?`);
    this.schedule();
  }

  /** Gives a view's name free, within the transaction at hand; its entries go later. */
  drop(id: number): void {
    this.rename.run(id);
    this.positions.run(id);
    this.schedule();
  }

  static isDropped(name: string): boolean {
    return name.startsWith(mark);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.sweep(), pauseMs).unref();
  }

  private sweep(): void {
    const dropped = this.oldest.get() as { id: number } | undefined;
    if (!dropped) return;
    try {
      inTransaction(this.database, this.place, () => {
        const { changes } = this.some.run(dropped.id);
        if (changes < chunk) this.view.run(dropped.id);
      });
    } catch {
      // A full disk, say: the next turn tries again.
    }
    this.schedule();
  }
}
