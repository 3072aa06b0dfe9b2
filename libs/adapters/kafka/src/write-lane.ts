import { backoffMs, EngineError, type LogPosition, type LogRecord, pause } from '@coxa/eventing';
import { isOfType } from './failures.js';
import type { LaneWriter } from './lane-writer.js';

/** What one request carries at most; a broker takes more, but waits longer for it. */
const requestBytes = 1_000_000;
const requestRecords = 2_000;

interface Waiting {
  readonly record: LogRecord;
  readonly size: number;
  readonly deadline: number;
  resolve(position: LogPosition): void;
  reject(error: unknown): void;
}

/** Writes one partition: one batch under way at a time, with all that has gathered meanwhile in the next. */
export class WriteLane {
  private queue: Waiting[] = [];
  private pumping: Promise<void> | undefined;

  constructor(
    private readonly place: { readonly topic: string; readonly partition: number },
    private readonly writer: LaneWriter,
    private readonly timeoutMs: number,
    private readonly asFailure: (error: unknown) => EngineError,
  ) {}

  /** Resolves when the record is durable. */
  add(record: LogRecord): Promise<LogPosition> {
    return new Promise((resolve, reject) => {
      const size = record.value.byteLength + 200;
      const deadline = performance.now() + this.timeoutMs;
      this.queue.push({ record, size, deadline, resolve, reject });
      // Whoever adds in the same turn goes along.
      this.pumping ??= Promise.resolve().then(() => this.pump());
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.pumping) await this.pumping;
  }

  private async pump(): Promise<void> {
    while (this.queue.length > 0) await this.write(this.take());
    this.pumping = undefined;
  }

  private take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { size } of this.queue) {
      if (count > 0 && (bytes + size > requestBytes || count >= requestRecords)) break;
      bytes += size;
      count++;
    }
    const taken = this.queue.slice(0, count);
    this.queue = this.queue.slice(count);
    return taken;
  }

  /**
   * Sends until it is durable or its time is up. What is given up may still be written; whoever sent it is told that it was not taken, and sends
   * it again.
   */
  private async write(waiting: readonly Waiting[]): Promise<void> {
    const { topic, partition } = this.place;
    const records = waiting.map(({ record }) => record);
    const { deadline } = waiting[0]!;
    for (let attempt = 1; ; attempt++) {
      try {
        const first = await before(deadline, this.writer.write(records));
        waiting.forEach(({ resolve }, i) => resolve({ topic, partition, offset: first + i }));
        return;
      } catch (error) {
        const hopeless = isOfType(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD');
        const givenUp = hopeless || performance.now() >= deadline;
        // A cluster that hangs must not keep whoever waits longer than was said.
        await before(deadline, this.writer.failed(error, givenUp)).catch(() => undefined);
        if (givenUp) return waiting.forEach(({ reject }) => reject(this.asFailure(error)));
      }
      await pause(Math.min(backoffMs(attempt), 500));
    }
  }
}

/** The answer, if it comes in time. @throws EngineError when it does not; nobody hears of it then */
async function before<T>(deadline: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tell = () => reject(new EngineError('storage-failed', 'Kafka did not answer in time'));
    timer = setTimeout(tell, Math.max(0, deadline - performance.now()));
  });
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
