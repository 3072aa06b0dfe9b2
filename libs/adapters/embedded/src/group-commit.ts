import { EngineError } from '@coxa/eventing';
import { inTransaction, type SqliteDatabase } from './database.js';

const longestWaitMs = 3;

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Refused before anything was written: the other jobs of the commit go on. */
export class JobRefused extends Error {
  constructor(override readonly cause: unknown) {
    super('refused');
  }
}

/**
 * Writes that wait together share one transaction and one fdatasync: the more wait, the cheaper each.
 * A job may refuse itself by throwing `JobRefused` before it writes; any other error fails the whole commit.
 */
export class GroupCommit {
  private waiting: Job[] = [];
  private scheduled = false;
  private closed = false;
  private earliest = 0;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly place: string,
    /** Told after each commit whether it is durable. */
    private readonly after: (done: boolean) => void = () => undefined,
  ) {}

  submit<T>(work: () => T): Promise<T> {
    if (this.closed) return Promise.reject(new EngineError('closed', `${this.place} is closed`));
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      this.schedule();
    });
  }

  /**
   * Whatever else arrives in this turn of the loop rides along; and commits take a third of the time at most,
   * so that under load more ride with each.
   */
  private schedule(): void {
    const wait = this.earliest - performance.now();
    if (wait < 1) setImmediate(() => this.flush());
    else setTimeout(() => this.flush(), Math.min(wait, longestWaitMs));
  }

  close(): void {
    this.flush();
    this.closed = true;
  }

  private flush(): void {
    const jobs = this.waiting;
    this.waiting = [];
    this.scheduled = false;
    if (jobs.length === 0) return;
    const start = performance.now();
    let outcomes: (() => void)[];
    try {
      outcomes = inTransaction(this.database, this.place, () => jobs.map(attempt));
    } catch (error) {
      this.after(false);
      for (const job of jobs) job.reject(error);
      return;
    }
    const end = performance.now();
    this.earliest = end + 2 * (end - start);
    this.after(true);
    for (const settle of outcomes) settle();
  }
}

function attempt(job: Job): () => void {
  try {
    const result = job.work();
    return () => job.resolve(result);
  } catch (error) {
    if (!(error instanceof JobRefused)) throw error;
    return () => job.reject(error.cause);
  }
}
