import { openDatabase, type SqliteDatabase, type SqliteStatement } from './database.js';
import { GroupCommit } from './group-commit.js';

/**
 * How far each consumer group has come. A commit need not survive a power cut: what is lost is delivered again, and handled once all the same.
 */
export class ConsumerOffsets {
  private readonly database: SqliteDatabase;
  private readonly group: GroupCommit;
  private readonly save: SqliteStatement;
  private readonly known = new Map<string, number>();

  constructor(path: string) {
    this.database = openDatabase(path, 'NORMAL');
    this.database.exec(
      'CREATE TABLE IF NOT EXISTS committed (consumer TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (consumer, topic, partition)) WITHOUT ROWID;',
    );
    this.group = new GroupCommit(this.database, path);
    this.save = this.database.prepare(
      'INSERT INTO committed VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET next = max(next, excluded.next)',
    );
    for (const { consumer, topic, partition, next } of this.database
      .prepare('SELECT * FROM committed')
      .all() as { consumer: string; topic: string; partition: number; next: number }[])
      this.known.set(keyOf(consumer, topic, partition), next);
  }

  /** Saves the next offset of a group; never moves backwards. */
  async commit(consumer: string, topic: string, partition: number, next: number): Promise<void> {
    const key = keyOf(consumer, topic, partition);
    if (next <= (this.known.get(key) ?? -1)) return;
    await this.group.submit(() => void this.save.run(consumer, topic, partition, next));
    if (next > (this.known.get(key) ?? -1)) this.known.set(key, next);
  }

  /** Next offset of a group; null when it has committed nothing. */
  of(consumer: string, topic: string, partition: number): number | null {
    return this.known.get(keyOf(consumer, topic, partition)) ?? null;
  }

  /** The least that any group needs of a partition; Infinity when no group has committed. */
  slowest(topic: string, partition: number): number {
    let least = Infinity;
    const suffix = keyOf('', topic, partition);
    for (const [key, next] of this.known) if (key.endsWith(suffix)) least = Math.min(least, next);
    return least;
  }

  close(): void {
    this.group.close();
    this.database.close();
  }
}

const keyOf = (consumer: string, topic: string, partition: number): string =>
  `${consumer}\n${topic}\n${partition}`;
