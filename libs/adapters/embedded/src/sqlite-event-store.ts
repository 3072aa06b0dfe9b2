import { isUtf8 } from 'node:buffer';
import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadStreamOptions,
  RevisionConflict,
  type StoredEvent,
  type SubscriptionMessage,
  type Clock,
  Wakeups,
} from '@coxa/eventing';
import { LRUCache } from 'lru-cache';
import { bytesOf, guarded, openDatabase, type SqliteDatabase, type SqliteStatement } from './database.js';
import { GroupCommit, JobRefused } from './group-commit.js';
import { linger } from './linger.js';
import { Tail } from './tail.js';

const page = 1_000;

interface Row {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  /** Text where the bytes are one (earlier versions wrote blobs alone): it is read for half the price. */
  readonly data: unknown;
  readonly metadata: string;
  readonly at: number;
}

/** The event store in one SQLite file, durable per append; appends that wait together share a commit. Readers of all see only what is durable. */
export class SqliteEventStore implements EventStore {
  private readonly database: SqliteDatabase;
  private readonly commit: GroupCommit;
  private readonly wakeups = new Wakeups();
  private readonly tail = new Tail<StoredEvent>(
    ({ position }) => position,
    ({ data }) => data.length + 300,
  );
  /** Newest revisions of streams that were written lately. */
  private readonly heads = new LRUCache<string, number>({ max: 5_000 });
  /** In the transaction that is being written; in the tail once that is durable. */
  private fresh: StoredEvent[] = [];
  private readonly insert: SqliteStatement;
  private readonly last: SqliteStatement;
  private readonly ofStream: SqliteStatement;
  private readonly between: SqliteStatement;
  /** Nothing behind it is shown to readers of all. */
  private durable: number | null;

  constructor(
    private readonly path: string,
    private readonly clock: Clock,
  ) {
    // Synced by the group commit.
    this.database = openDatabase(path, 'NORMAL');
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS events (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        stream TEXT NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
        data BLOB NOT NULL, metadata TEXT NOT NULL, at INTEGER NOT NULL);
      CREATE UNIQUE INDEX IF NOT EXISTS by_stream ON events (stream, revision);`);
    this.commit = new GroupCommit(this.database, path, (done) => this.written(done));
    const prepare = (sql: string) => this.database.prepare(sql);
    this.insert = prepare(
      'INSERT INTO events (stream, revision, id, type, data, metadata, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.last = prepare('SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1');
    this.ofStream = prepare(
      'SELECT * FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?',
    );
    this.between = prepare(
      'SELECT * FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?',
    );
    const newest = prepare('SELECT position FROM events ORDER BY position DESC LIMIT 1').get();
    this.durable = (newest as { position: number } | undefined)?.position ?? null;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    if (events.length === 0) return Promise.reject(new RangeError('an append needs an event'));
    return this.commit.submit(() => this.appendNow(stream, expected, events));
  }

  private appendNow(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): AppendResult {
    const actual = this.revisionOf(stream);
    const wanted = expected === 'no-stream' ? -1 : expected;
    if (actual !== wanted) {
      const before = this.repeated(stream, wanted, events);
      if (before) return before;
      throw new JobRefused(new RevisionConflict(stream, expected, actual));
    }
    const at = this.clock.now();
    let position = 0;
    events.forEach(({ id, type, data, metadata }, index) => {
      const { lastInsertRowid } = this.insert.run(
        stream,
        wanted + 1 + index,
        id,
        type,
        isUtf8(data) ? Buffer.from(data.buffer, data.byteOffset, data.length).toString() : data,
        JSON.stringify(metadata),
        at,
      );
      position = Number(lastInsertRowid);
      this.fresh.push({
        position,
        stream,
        revision: wanted + 1 + index,
        id,
        type,
        data,
        metadata,
        recordedAt: at,
      });
    });
    this.heads.set(stream, wanted + events.length);
    return { revision: wanted + events.length, position };
  }

  private revisionOf(stream: string): number {
    const known = this.heads.get(stream);
    if (known !== undefined) return known;
    const last = this.last.get(stream) as { revision: number } | undefined;
    return last?.revision ?? -1;
  }

  private written(done: boolean): void {
    if (done) {
      this.tail.push(this.fresh);
      this.durable = this.fresh.at(-1)?.position ?? this.durable;
    } else {
      this.tail.clear();
      this.heads.clear();
    }
    this.fresh = [];
    if (done) this.wakeups.wake();
  }

  /** The first result, when exactly these events already stand where they were to go. */
  private repeated(stream: string, wanted: number, events: readonly NewEvent[]): AppendResult | undefined {
    const there = this.ofStream.all(stream, wanted + 1, events.length) as Row[];
    const same = there.length === events.length && there.every((row, index) => row.id === events[index]!.id);
    const last = there.at(-1);
    return same && last ? { revision: last.revision, position: last.position } : undefined;
  }

  async readStream(stream: string, { from = 0, limit = -1 }: ReadStreamOptions = {}): Promise<StoredEvent[]> {
    return guarded(this.path, () => (this.ofStream.all(stream, from, limit) as Row[]).map(toEvent));
  }

  async readAll(after: number | null, limit: number): Promise<StoredEvent[]> {
    const recent = this.tail.read((after ?? 0) + 1, limit);
    if (recent) return recent;
    return guarded(this.path, () =>
      (this.between.all(after ?? 0, this.durable ?? 0, limit) as Row[]).map(toEvent),
    );
  }

  async *subscribe(after: number | null, signal: AbortSignal): AsyncIterable<SubscriptionMessage> {
    let position = after;
    let caughtUp = false;
    while (!signal.aborted) {
      const wakeup = this.wakeups.next(signal);
      const events = await this.readAll(position, page);
      if (events.length > 0) {
        wakeup.cancel();
        position = events.at(-1)!.position;
        if (caughtUp && events.length === page) {
          caughtUp = false;
          yield { kind: 'fell-behind', position };
        }
        yield { kind: 'events', events };
        await linger(events.length, signal);
        continue;
      }
      if (!caughtUp) {
        caughtUp = true;
        yield { kind: 'caught-up', position: position ?? 0 };
      }
      await wakeup.woken;
    }
  }

  async head(): Promise<number | null> {
    return this.durable;
  }

  async close(): Promise<void> {
    await this.commit.close();
    this.database.close();
  }
}

function toEvent({ at, data, metadata, position, stream, revision, id, type }: Row): StoredEvent {
  const flat = JSON.parse(metadata) as Record<string, string>;
  const bytes = typeof data === 'string' ? Buffer.from(data) : bytesOf(data);
  return { position, stream, revision, id, type, data: bytes, metadata: flat, recordedAt: at };
}
