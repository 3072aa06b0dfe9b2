import { EngineError, type LogPosition, type LogRecord } from '@coxa/eventing';
import { encodeRecord, type EncodedRecord, maxRecordBytes, recordBytes } from './frame.js';
import type { Lane } from './lane.js';

/** More than this does not wait for one commit. */
const commitBytes = 8 * 1024 * 1024;

/** From so many on, company is worth a moment's wait: an fdatasync costs as much as a few appends. */
const crowd = 8;
const longestGatherMs = 2;

interface Waiting {
  readonly records: readonly {
    readonly record: LogRecord;
    readonly encoded: EncodedRecord;
    readonly lane: Lane;
  }[];
  readonly resolve: (places: LogPosition[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what arrives while one commit is on its way to the disk waits together for the next, one write and one fdatasync a lane.
 * The fdatasync runs beside the event loop, which goes on taking requests meanwhile.
 */
export class CommitLoop {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private closed = false;
  /** Since the start. */
  appendedBytes = 0;

  constructor(
    private readonly now: () => number,
    private readonly failureOf: (error: unknown) => unknown,
  ) {}

  submit(records: readonly { readonly record: LogRecord; readonly lane: Lane }[]): Promise<LogPosition[]> {
    if (this.closed) return Promise.reject(new EngineError('closed', 'the message log is closed'));
    const ready = records.map(({ record, lane }) => ({ record, lane, encoded: encodeRecord(record) }));
    if (ready.some(({ encoded }) => recordBytes(encoded) > maxRecordBytes))
      return Promise.reject(new RangeError(`a record may have ${maxRecordBytes} bytes`));
    return new Promise((resolve, reject) => {
      this.waiting.push({ records: ready, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Takes no more, and resolves when what waited is done. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.gather();
      await this.commit(this.take());
    }
    this.running = undefined;
  }

  /** Whatever else arrives in this turn of the event loop rides along; in a crowd, also what the next turns bring, as long as they bring more. */
  private async gather(): Promise<void> {
    const latest = performance.now() + longestGatherMs;
    for (;;) {
      const before = this.waiting.length;
      await new Promise((resolve) => setImmediate(resolve));
      const now = this.waiting.length;
      if (now < crowd || now === before || performance.now() > latest) return;
    }
  }

  private take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length && (count === 0 || bytes < commitBytes))
      for (const { encoded } of this.waiting[count++]!.records) bytes += recordBytes(encoded);
    this.appendedBytes += bytes;
    return this.waiting.splice(0, count);
  }

  private async commit(jobs: readonly Waiting[]): Promise<void> {
    const lanes = new Map<Lane, { records: LogRecord[]; encoded: EncodedRecord[]; first: number }>();
    const places = jobs.map(({ records }) =>
      records.map(({ record, encoded, lane }) => {
        let staged = lanes.get(lane);
        if (!staged) lanes.set(lane, (staged = { records: [], encoded: [], first: 0 }));
        staged.encoded.push(encoded);
        return { lane, index: staged.records.push(record) - 1 };
      }),
    );
    try {
      const at = this.now();
      for (const [lane, staged] of lanes) staged.first = lane.stage(staged.records, staged.encoded, at);
      await Promise.all(Array.from(lanes.keys(), (lane) => lane.sync()));
    } catch (error) {
      for (const lane of lanes.keys()) lane.settle(false);
      const failure = this.failureOf(error);
      for (const { reject } of jobs) reject(failure);
      return;
    }
    for (const lane of lanes.keys()) lane.settle(true);
    jobs.forEach(({ resolve }, job) =>
      resolve(
        places[job]!.map(({ lane, index }) => ({
          topic: lane.topic,
          partition: lane.partition,
          offset: lanes.get(lane)!.first + index,
        })),
      ),
    );
  }
}
