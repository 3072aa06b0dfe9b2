import { EngineError, type LogPosition, type LogRecord } from '@coxa/eventing';
import { maxRecordBytes } from './frame.js';
import { mostFramesBytes } from './frames-of.js';
import type { Lane, Staged } from './lane.js';
import { mostRecordBytes } from './records.js';

/** More than this does not wait for one commit. */
const commitBytes = 8 * 1024 * 1024;

/** From so many on, company is worth a moment's wait: a durable write costs as much as a few appends. */
const crowd = 8;
const longestGatherMs = 2;

/** So many commits may be on their way to the disk, but only while as much as this waits already: a full commit is cheaper than two halves. */
const mostUnderWay = 3;
const fullRecords = 32;
const fullBytes = 1024 * 1024;

/** From so many on, a commit begins at once, and the disk is at work while the rest of a crowd is still being taken: one commit of all of them leaves each waiting for the other. */
const plenty = 128;

interface Waiting {
  readonly records: readonly LogRecord[];
  /** Where each of them goes. */
  readonly lanes: readonly Lane[];
  readonly bytes: number;
  readonly resolve: (places: LogPosition[]) => void;
  readonly reject: (error: unknown) => void;
}

/** What goes to one lane. */
interface Share {
  readonly records: LogRecord[];
  /** What the records come to, at most. */
  bytes: number;
  staged: Staged | undefined;
  /** Offset of the next record that is told where it lies. */
  next: number;
}

interface Commit {
  readonly jobs: readonly Waiting[];
  readonly shares: ReadonlyMap<Lane, Share>;
  readonly synced: Promise<unknown>;
}

/**
 * Group commit: what arrives while one commit is on its way to the disk waits together for the next, one durable write a lane.
 * It runs beside the event loop, which goes on taking requests meanwhile. Under load several are under way; they are settled in
 * their order, and when one fails, so do those behind it.
 */
export class CommitLoop {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  /** Oldest first. */
  private underWay: Commit[] = [];
  private gathering: Promise<void> | undefined;
  /** One that begins waits for its segment. */
  private beginning: Promise<void> | undefined;
  private settling: Promise<void> | undefined;
  private failing = false;
  /** Whoever waits until nothing is under way. */
  private drained: () => void = () => undefined;
  private closed = false;

  constructor(
    private readonly now: () => number,
    private readonly failureOf: (error: unknown) => unknown,
  ) {}

  submit(records: readonly LogRecord[], lanes: readonly Lane[]): Promise<LogPosition[]> {
    if (this.closed) return Promise.reject(new EngineError('closed', 'the message log is closed'));
    let bytes = 0;
    for (const record of records) {
      const size = mostRecordBytes(record);
      if (size > maxRecordBytes)
        return Promise.reject(new RangeError(`a record may have ${maxRecordBytes} bytes`));
      bytes += size;
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, lanes, bytes, resolve, reject });
      this.waitingBytes += bytes;
      this.next();
    });
  }

  /** Takes no more, and resolves when what waited is done. */
  async close(): Promise<void> {
    this.closed = true;
    while (this.gathering ?? this.beginning ?? this.settling)
      await (this.gathering ?? this.beginning ?? this.settling);
  }

  /** Begins what may begin. */
  private next(): void {
    while (this.waiting.length >= plenty && this.mayBegin) this.begin();
    if (this.waiting.length > 0 && this.mayBegin) this.gathering ??= this.gather();
  }

  private get mayBegin(): boolean {
    if (this.failing || this.beginning) return false;
    const full = this.waiting.length >= fullRecords || this.waitingBytes >= fullBytes;
    return this.underWay.length < (full ? mostUnderWay : 1);
  }

  /** Whatever else arrives in this turn of the event loop rides along; in a crowd, also what the next turns bring, as long as they bring more. */
  private async gather(): Promise<void> {
    const latest = performance.now() + longestGatherMs;
    for (let before = -1; this.waiting.length > before;) {
      before = this.waiting.length;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.waiting.length < crowd || performance.now() > latest) break;
    }
    this.gathering = undefined;
    if (this.waiting.length > 0 && this.mayBegin) this.begin();
  }

  private take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length && (count === 0 || bytes < commitBytes))
      bytes += this.waiting[count++]!.bytes;
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, count);
  }

  private begin(): void {
    const jobs = this.take();
    const shares = sharesOf(jobs);
    const full = [...shares].filter(([lane, { bytes }]) => !lane.hasRoom(mostFramesBytes(bytes)));
    if (full.length === 0) return this.start(jobs, shares);
    this.beginning = this.rollOver(full.map(([lane]) => lane))
      .then(
        () => this.start(jobs, shares),
        // Nothing was written: there is nothing to cut off.
        (error: unknown) => this.started({ jobs, shares: new Map(), synced: Promise.reject(error) }),
      )
      .finally(() => {
        this.beginning = undefined;
        this.next();
      });
  }

  private async rollOver(lanes: readonly Lane[]): Promise<void> {
    while (this.underWay.length > 0 || this.failing)
      await new Promise<void>((resolve) => (this.drained = resolve));
    for (const lane of lanes) await lane.roll();
  }

  private start(jobs: readonly Waiting[], shares: Commit['shares']): void {
    const writes: Promise<void>[] = [];
    try {
      const at = this.now();
      for (const [lane, share] of shares) {
        share.staged = lane.stage(share.records, mostFramesBytes(share.bytes), at);
        share.next = share.staged.first;
        writes.push(share.staged.written);
      }
    } catch (error) {
      writes.push(Promise.reject(error));
    }
    this.started({ jobs, shares, synced: allOf(writes) });
  }

  private started(commit: Commit): void {
    // Looked at when its turn comes.
    commit.synced.catch(() => undefined);
    this.underWay.push(commit);
    this.settling ??= this.settle();
  }

  private async settle(): Promise<void> {
    for (let commit = this.underWay[0]; commit; commit = this.underWay[0]) {
      try {
        await commit.synced;
      } catch (error) {
        await this.fail(error);
        continue;
      }
      this.underWay.shift();
      const { jobs, shares } = commit;
      for (const [lane, { staged }] of shares) lane.settle(staged!);
      for (const job of jobs) job.resolve(placesOf(job, shares));
      if (this.underWay.length === 0) this.drained();
      this.next();
    }
    this.settling = undefined;
  }

  /** Nothing that was written behind a failure is believed either; all of it is taken back once nothing is under way any more. */
  private async fail(error: unknown): Promise<void> {
    this.failing = true;
    await Promise.allSettled(this.underWay.map(({ synced }) => synced));
    const failed = this.underWay;
    this.underWay = [];
    for (const lane of new Set(failed.flatMap(({ shares }) => [...shares.keys()]))) lane.cutBack();
    const failure = this.failureOf(error);
    for (const { reject } of failed.flatMap(({ jobs }) => jobs)) reject(failure);
    this.failing = false;
    this.drained();
    this.next();
  }
}

/** Settles when none of them is under way any more: what fails is cut off, and nothing may be written behind that. */
async function allOf(writes: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(writes);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** What goes to each lane, in the order of the jobs. Neighbours mostly go to the same. */
function sharesOf(jobs: readonly Waiting[]): Map<Lane, Share> {
  const shares = new Map<Lane, Share>();
  let lane: Lane | undefined;
  let share: Share | undefined;
  for (const { records, lanes, bytes } of jobs)
    for (let i = 0; i < lanes.length; i++) {
      if (lane !== lanes[i]) share = shares.get((lane = lanes[i]!));
      if (!share) shares.set(lane!, (share = { records: [], bytes: 0, staged: undefined, next: 0 }));
      share.records.push(records[i]!);
      share.bytes += records.length === 1 ? bytes : mostRecordBytes(records[i]!);
    }
  return shares;
}

/** Where the records of a job lie; to be asked in the order in which they were staged. */
function placesOf({ lanes }: Waiting, shares: Commit['shares']): LogPosition[] {
  return lanes.map((lane) => {
    const { topic, partition } = lane;
    return { topic, partition, offset: shares.get(lane)!.next++ };
  });
}
