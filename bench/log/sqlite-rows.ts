import type { LogRecord } from '@coxa/eventing';
import Database from 'libsql';

interface Statement {
  run(...values: unknown[]): unknown;
  all(...values: unknown[]): { place: number; key: string; value: Uint8Array; headers: string }[];
}

/** A log as one would keep it in SQLite: a row a record, durable when the transaction is. */
export class SqliteRows {
  private readonly database;
  private readonly insert: Statement;
  private readonly page: Statement;

  constructor(path: string) {
    this.database = new Database(path);
    this.database.pragma('journal_mode = WAL');
    this.database.pragma('synchronous = FULL');
    this.database.exec(
      'CREATE TABLE records (place INTEGER PRIMARY KEY, topic TEXT, key TEXT, value BLOB, headers TEXT, at INTEGER)',
    );
    this.insert = this.database.prepare(
      'INSERT INTO records (topic, key, value, headers, at) VALUES (?, ?, ?, ?, ?)',
    ) as unknown as Statement;
    this.page = this.database.prepare(
      'SELECT place, key, value, headers FROM records WHERE place > ? ORDER BY place LIMIT ?',
    ) as unknown as Statement;
  }

  append(records: readonly LogRecord[]): void {
    this.database.exec('BEGIN');
    for (const { topic, key, value, headers } of records)
      this.insert.run(topic, key, value, JSON.stringify(headers), Date.now());
    this.database.exec('COMMIT');
  }

  /** Reads all of it in order, each record as the log would give it; answers how many. */
  scan(portion: number): number {
    let count = 0;
    for (let last = 0; ;) {
      const rows = this.page.all(last, portion);
      if (rows.length === 0) return count;
      for (const { key, value, headers } of rows)
        if (
          value.byteLength > 0 &&
          key !== '' &&
          (JSON.parse(headers) as Record<string, string>)['ce_id'] !== ''
        )
          count++;
      last = rows.at(-1)!.place;
    }
  }

  clear(): void {
    this.database.exec('DELETE FROM records');
  }

  close(): void {
    this.database.close();
  }
}
