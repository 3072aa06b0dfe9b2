import { EngineError, type LogPosition, type LogRecord } from '@coxa/eventing';
import { encodeRecord, type EncodedRecord, maxRecordBytes, recordBytes } from './frame.js';
import type { Lane } from './lane.js';

/** More than this does not wait for one commit. */
const commitBytes = 8 * 1024 * 1024;

/** From so many on, company is worth a moment's wait: an fdatasync costs as much as a few appends. */
const crowd = 8;
const longestGatherMs = 2;

interface Waiting {
  readonly records: readonly LogRecord[];
  readonly encoded: readonly EncodedRecord[];
  /** Where each of them goes. */
  readonly lanes: readonly Lane[];
  readonly bytes: number;
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

  submit(records: readonly LogRecord[], lanes: readonly Lane[]): Promise<LogPosition[]> {
    if (this.closed) return Promise.reject(new EngineError('closed', 'the message log is closed'));
    const encoded = records.map(encodeRecord);
    let bytes = 0;
    for (const each of encoded) {
      const size = recordBytes(each);
      if (size > maxRecordBytes)
        return Promise.reject(new RangeError(`a record may have ${maxRecordBytes} bytes`));
      bytes += size;
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, encoded, lanes, bytes, resolve, reject });
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
      bytes += this.waiting[count++]!.bytes;
    this.appendedBytes += bytes;
    return this.waiting.splice(0, count);
  }

  private async commit(jobs: readonly Waiting[]): Promise<void> {
    const lanes = stagedBy(jobs);
    try {
      const at = this.now();
      for (const [lane, staged] of lanes) staged.next = lane.stage(staged.records, staged.encoded, at);
      await Promise.all(Array.from(lanes.keys(), (lane) => lane.sync()));
    } catch (error) {
      for (const lane of lanes.keys()) lane.settle(false);
      const failure = this.failureOf(error);
      for (const { reject } of jobs) reject(failure);
      return;
    }
    for (const lane of lanes.keys()) lane.settle(true);
    // In the order in which they were staged.
    for (const job of jobs) job.resolve(job.lanes.map((lane) => placeOf(lane, lanes.get(lane)!.next++)));
  }
}

interface Staged {
  readonly records: LogRecord[];
  readonly encoded: EncodedRecord[];
  /** Offset of the next record that is told where it lies. */
  next: number;
}

/** What goes to each lane, in the order of the jobs. */
function stagedBy(jobs: readonly Waiting[]): Map<Lane, Staged> {
  const lanes = new Map<Lane, Staged>();
  for (const job of jobs)
    for (let i = 0; i < job.lanes.length; i++) {
      const lane = job.lanes[i]!;
      let staged = lanes.get(lane);
      if (!staged) lanes.set(lane, (staged = { records: [], encoded: [], next: 0 }));
      staged.records.push(job.records[i]!);
      staged.encoded.push(job.encoded[i]!);
    }
  return lanes;
}

const placeOf = ({ topic, partition }: Lane, offset: number): LogPosition => ({ topic, partition, offset });
