import { EngineError } from '@coxa/eventing';
import { inTransaction, type SqliteDatabase } from './database.js';

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

  constructor(
    private readonly database: SqliteDatabase,
    private readonly place: string,
    private readonly afterCommit: () => void = () => undefined,
  ) {}

  submit<T>(work: () => T): Promise<T> {
    if (this.closed) return Promise.reject(new EngineError('closed', `${this.place} is closed`));
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      // setImmediate: whatever else arrives in this turn of the loop rides along.
      setImmediate(() => this.flush());
    });
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
    let outcomes: (() => void)[];
    try {
      outcomes = inTransaction(this.database, this.place, () => jobs.map(attempt));
    } catch (error) {
      for (const job of jobs) job.reject(error);
      return;
    }
    for (const settle of outcomes) settle();
    this.afterCommit();
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
