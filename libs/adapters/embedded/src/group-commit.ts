import { closeSync, constants, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { EngineError } from '@coxa/eventing';
import { inTransaction, type SqliteDatabase } from './database.js';

const sync = promisify(fdatasync);

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
 *
 * The database runs with `synchronous=NORMAL`, which leaves a commit in the write-ahead log unsynced; the fdatasync of that log follows here,
 * beside the event loop, and nobody is answered before it has returned. That is what `FULL` does, without standing still meanwhile.
 */
export class GroupCommit {
  private waiting: Job[] = [];
  private running: Promise<void> | undefined;
  private closed = false;
  private readonly walFd: number;

  /** The database must be in WAL mode. */
  constructor(
    private readonly database: SqliteDatabase,
    private readonly place: string,
    /** Told after each commit whether it is durable. */
    private readonly after: (done: boolean) => void = () => undefined,
  ) {
    this.walFd = openSync(`${place}-wal`, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  submit<T>(work: () => T): Promise<T> {
    if (this.closed) return Promise.reject(new EngineError('closed', `${this.place} is closed`));
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.running ??= this.run();
    });
  }

  /** Takes no more, and resolves when what waited is done. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
    closeSync(this.walFd);
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // Whatever else arrives in this turn of the event loop rides along.
      await new Promise((resolve) => setImmediate(resolve));
      await this.commit();
    }
    this.running = undefined;
  }

  private async commit(): Promise<void> {
    const jobs = this.waiting;
    this.waiting = [];
    let outcomes: (() => void)[];
    try {
      outcomes = inTransaction(this.database, this.place, () => jobs.map(attempt));
      await sync(this.walFd).catch((cause: unknown) => {
        throw new EngineError('storage-failed', `${this.place}: the write-ahead log could not be synced`, {
          cause,
        });
      });
    } catch (error) {
      this.after(false);
      for (const job of jobs) job.reject(error);
      return;
    }
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
