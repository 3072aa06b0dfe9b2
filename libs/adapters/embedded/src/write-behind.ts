import { inTransaction, type SqliteDatabase } from './database.js';

const delayMs = 500;
const mostChanges = 20_000;

/** Something that keeps changes in memory until they are saved. */
export interface Pending {
  /** Writes what waits, within the transaction; it goes on being held until `saved`. */
  write(): void;
  saved(): void;
}

/**
 * Changes that are seen at once and saved together a little later, all in one transaction. A crash takes the newest of all of them alike,
 * so that positions never run ahead of what they stand for.
 */
export class WriteBehind {
  private readonly parts: Pending[] = [];
  private waiting = 0;
  private timer: NodeJS.Timeout | undefined;
  private failed = false;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly place: string,
  ) {}

  add(part: Pending): void {
    this.parts.push(part);
  }

  /** Before a change: what could not be saved must be saved first, or nothing more is taken. @throws EngineError */
  ready(): void {
    if (this.failed) this.flush();
  }

  /** After a change. */
  touch(changes: number): void {
    this.waiting += changes;
    if (this.waiting >= mostChanges) this.flush();
    else this.timer ??= setTimeout(() => this.tryFlush(), delayMs);
  }

  /** Saves what waits. @throws EngineError when the storage refuses; what waits goes on waiting */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting === 0) return;
    this.failed = true;
    inTransaction(this.database, this.place, () => {
      for (const part of this.parts) part.write();
    });
    this.failed = false;
    this.waiting = 0;
    for (const part of this.parts) part.saved();
  }

  private tryFlush(): void {
    try {
      this.flush();
    } catch {
      // Told to whoever writes next; until then tried again.
      this.timer = setTimeout(() => this.tryFlush(), 10 * delayMs);
    }
  }
}
