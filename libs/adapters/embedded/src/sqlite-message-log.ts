import {
  type Clock,
  type ConsumeOptions,
  EngineError,
  type LogBatch,
  type LogMessage,
  type LogPosition,
  type LogRecord,
  type MessageLog,
  type PartitionOffsets,
  type TopicSpec,
} from '@coxa/eventing';
import {
  bytesOf,
  guarded,
  inTransaction,
  openDatabase,
  type SqliteDatabase,
  type SqliteStatement,
} from './database.js';
import { GroupCommit } from './group-commit.js';
import { linger } from './linger.js';
import { partitionOf } from './partition.js';
import { Tail } from './tail.js';
import { Wakeups } from './wakeups.js';

/** Row ids are `lane * laneSize + offset`: a lane is one partition of one topic and reading it is a range scan. */
const laneSize = 2 ** 40;

interface Lane {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record; moved when its insert is in the transaction, corrected from the file when that fails. */
  end: number;
  readonly tail: Tail<LogMessage>;
  readonly wakeups: Wakeups;
  /** In the transaction that is being written. */
  fresh: LogMessage[];
}

type LaneRow = Pick<Lane, 'id' | 'topic' | 'partition'>;

interface Row {
  readonly place: number;
  readonly key: string;
  readonly value: unknown;
  readonly headers: string;
  readonly at: number;
}

/** The message log in one SQLite file: appends of one turn share one commit and one fdatasync. */
export class SqliteMessageLog implements MessageLog {
  private readonly database: SqliteDatabase;
  private readonly commit: GroupCommit;
  private readonly offsetsFile: SqliteDatabase;
  private readonly offsetCommit: GroupCommit;
  private readonly written = new Set<Lane>();
  private readonly topics = new Map<string, Lane[]>();
  private readonly insert: SqliteStatement;
  private readonly range: SqliteStatement;
  private readonly oldest: SqliteStatement;
  private readonly newest: SqliteStatement;
  private readonly save: SqliteStatement;
  private readonly saved: SqliteStatement;

  constructor(
    private readonly path: string,
    offsetsPath: string,
    private readonly clock: Clock,
  ) {
    this.database = openDatabase(path, 'FULL');
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS lanes (id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, UNIQUE (topic, partition));
      CREATE TABLE IF NOT EXISTS records (place INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB NOT NULL, headers TEXT NOT NULL, at INTEGER NOT NULL);
      `);
    // A commit of an offset need not be durable: what is lost by a power cut is delivered again, and handled once all the same.
    this.offsetsFile = openDatabase(offsetsPath, 'NORMAL');
    this.offsetsFile.exec(
      'CREATE TABLE IF NOT EXISTS commits (consumer TEXT NOT NULL, lane INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (consumer, lane)) WITHOUT ROWID;',
    );
    this.offsetCommit = new GroupCommit(this.offsetsFile, offsetsPath);
    this.commit = new GroupCommit(this.database, path, (done) => this.afterCommit(done));
    const prepare = (sql: string) => this.database.prepare(sql);
    this.insert = prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)');
    this.range = prepare('SELECT * FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ?');
    // Not min and max in one query: that would scan the whole lane.
    this.oldest = prepare('SELECT place FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT 1');
    this.newest = prepare(
      'SELECT place FROM records WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT 1',
    );
    this.save = this.offsetsFile.prepare(
      'INSERT INTO commits VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next = max(next, excluded.next)',
    );
    this.saved = this.offsetsFile.prepare('SELECT next FROM commits WHERE consumer = ? AND lane = ?');
    for (const row of prepare('SELECT * FROM lanes ORDER BY topic, partition').all() as LaneRow[])
      this.addLane(row);
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const { topic, partitions } of topics) {
      const there = this.topics.get(topic)?.length ?? 0;
      if (there === partitions) continue;
      if (there > 0)
        throw new EngineError(
          'topic-mismatch',
          `${topic} has ${there} partitions, ${partitions} are asked for; keys would change their order`,
        );
      inTransaction(this.database, this.path, () => {
        const add = this.database.prepare('INSERT INTO lanes (topic, partition) VALUES (?, ?)');
        for (let partition = 0; partition < partitions; partition++)
          this.addLane({ id: Number(add.run(topic, partition).lastInsertRowid), topic, partition });
      });
    }
  }

  append(records: readonly LogRecord[]): Promise<LogPosition[]> {
    if (records.length === 0) return Promise.resolve([]);
    return this.commit.submit(() => records.map((record) => this.appendNow(record)));
  }

  /** What is durable may be read; what failed has never been there. */
  private afterCommit(done: boolean): void {
    for (const lane of this.written) {
      if (done) lane.tail.push(lane.fresh);
      else lane.end = this.endOf(lane.id);
      lane.fresh = [];
      lane.wakeups.wake();
    }
    this.written.clear();
  }

  private appendNow({ topic, key, value, headers }: LogRecord): LogPosition {
    const lanes = this.lanesOf(topic);
    const lane = lanes[partitionOf(key, lanes.length)]!;
    const offset = lane.end;
    const appendedAt = this.clock.now();
    this.insert.run(lane.id * laneSize + offset, key, value, JSON.stringify(headers), appendedAt);
    lane.fresh.push({ topic, partition: lane.partition, offset, key, value, headers, appendedAt });
    this.written.add(lane);
    lane.end++;
    return { topic, partition: lane.partition, offset };
  }

  async consume(options: ConsumeOptions, handler: (batch: LogBatch) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([options.signal, stop.signal]);
    const lanes = options.topics.flatMap((topic) => this.lanesOf(topic));
    const runs = lanes.map((lane) =>
      this.consumeLane(lane, options, signal, handler).finally(() => stop.abort()),
    );
    const outcomes = await Promise.allSettled(runs);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async consumeLane(
    lane: Lane,
    { group, maxMessages = 500 }: ConsumeOptions,
    signal: AbortSignal,
    handler: (batch: LogBatch) => Promise<void>,
  ): Promise<void> {
    let next = this.committed(group, lane) ?? 0;
    while (!signal.aborted) {
      const wakeup = lane.wakeups.next(signal);
      const messages = this.readLane(lane, next, maxMessages);
      if (messages.length === 0) {
        await wakeup.woken;
        continue;
      }
      wakeup.cancel();
      next = messages.at(-1)!.offset + 1;
      await handler({
        topic: lane.topic,
        partition: lane.partition,
        messages,
        commit: (until) => this.commitOffset(group, lane, until),
      });
      await linger(messages.length, signal);
    }
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogMessage[]> {
    const lane = this.lanesOf(topic)[partition];
    return lane ? this.readLane(lane, from, limit) : [];
  }

  async offsets(topic: string, group?: string): Promise<PartitionOffsets[]> {
    return this.lanesOf(topic).map((lane) => {
      const end = lane.end - lane.fresh.length;
      const first = this.edge(this.oldest, lane.id);
      const start = first ?? end;
      return {
        partition: lane.partition,
        start,
        end,
        committed: group === undefined ? null : this.committed(group, lane),
      };
    });
  }

  async close(): Promise<void> {
    this.commit.close();
    this.offsetCommit.close();
    this.database.close();
    this.offsetsFile.close();
  }

  private commitOffset(group: string, lane: Lane, next: number): Promise<void> {
    return this.offsetCommit.submit(() => void this.save.run(group, lane.id, next));
  }

  private committed(group: string, lane: Lane): number | null {
    return (this.saved.get(group, lane.id) as { next: number } | undefined)?.next ?? null;
  }

  private readLane(lane: Lane, from: number, limit: number): LogMessage[] {
    const recent = lane.tail.read(from, limit);
    if (recent) return recent;
    const base = lane.id * laneSize;
    const rows = guarded(this.path, () => this.range.all(base + from, base + laneSize, limit)) as Row[];
    return rows.map(({ place, key, value, headers, at }) => ({
      topic: lane.topic,
      partition: lane.partition,
      offset: place - base,
      key,
      value: bytesOf(value),
      headers: JSON.parse(headers) as Record<string, string>,
      appendedAt: at,
    }));
  }

  private endOf(laneId: number): number {
    const last = this.edge(this.newest, laneId);
    return last === undefined ? 0 : last + 1;
  }

  /** Oldest or newest offset of a lane; undefined when it is empty. */
  private edge(statement: SqliteStatement, laneId: number): number | undefined {
    const row = statement.get(laneId * laneSize, (laneId + 1) * laneSize) as { place: number } | undefined;
    return row && row.place - laneId * laneSize;
  }

  private addLane({ id, topic, partition }: LaneRow): void {
    const lanes = this.topics.get(topic) ?? [];
    lanes[partition] = {
      id,
      topic,
      partition,
      end: this.endOf(id),
      tail: new Tail(({ offset }) => offset),
      wakeups: new Wakeups(),
      fresh: [],
    };
    this.topics.set(topic, lanes);
  }

  private lanesOf(topic: string): readonly Lane[] {
    const lanes = this.topics.get(topic);
    if (!lanes) throw new EngineError('topic-mismatch', `the topic ${topic} does not exist`);
    return lanes;
  }
}
