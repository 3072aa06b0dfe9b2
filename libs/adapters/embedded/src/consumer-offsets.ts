import type { SqliteDatabase, SqliteStatement } from './database.js';
import type { Pending, WriteBehind } from './write-behind.js';

interface Row {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
}

/**
 * How far each consumer group has come. Kept beside the views and saved with them: a crash may take both back a little, never an
 * offset alone. What is lost is delivered again, and handled once all the same.
 */
export class ConsumerOffsets implements Pending {
  private readonly known = new Map<string, Row>();
  private readonly fresh = new Map<string, Row>();
  private readonly durable = new Map<string, Row>();
  private readonly save: SqliteStatement;

  constructor(
    database: SqliteDatabase,
    private readonly behind: WriteBehind,
  ) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS committed (consumer TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (consumer, topic, partition)) WITHOUT ROWID;',
    );
    this.save = database.prepare(
      'INSERT INTO committed VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET next = excluded.next',
    );
    for (const row of database.prepare('SELECT * FROM committed').all() as Row[])
      this.durable.set(keyOf(row.consumer, row.topic, row.partition), row);
    for (const [key, row] of this.durable) this.known.set(key, row);
    behind.add(this);
  }

  /** Keeps the next offset of a group; never moves backwards. */
  commit(consumer: string, topic: string, partition: number, next: number): void {
    const key = keyOf(consumer, topic, partition);
    if (next <= (this.known.get(key)?.next ?? -1)) return;
    this.behind.ready();
    const row = { consumer, topic, partition, next };
    this.known.set(key, row);
    this.fresh.set(key, row);
    this.behind.touch(1);
  }

  /** Next offset of a group; null when it has committed nothing. */
  of(consumer: string, topic: string, partition: number): number | null {
    return this.known.get(keyOf(consumer, topic, partition))?.next ?? null;
  }

  /** What every group has committed. */
  all(): Row[] {
    return [...this.known.values()];
  }

  /** The least that any group would need of a partition after a crash; Infinity when no group has committed. */
  slowest(topic: string, partition: number): number {
    let least = Infinity;
    for (const [key, row] of this.known)
      if (row.topic === topic && row.partition === partition)
        least = Math.min(least, this.durable.get(key)?.next ?? 0);
    return least;
  }

  write(): void {
    for (const { consumer, topic, partition, next } of this.fresh.values())
      this.save.run(consumer, topic, partition, next);
  }

  saved(): void {
    for (const [key, row] of this.fresh) this.durable.set(key, row);
    this.fresh.clear();
  }
}

const keyOf = (consumer: string, topic: string, partition: number): string =>
  `${consumer}\n${topic}\n${partition}`;
