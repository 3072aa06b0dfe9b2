import { ProblemException } from '@coxa/platform';

/** Bytes that wait for the log, bounded: over the limit the client is told to come again. */
export class InFlight {
  private bytes = 0;

  constructor(private readonly limit: number) {}

  /** Counts bytes until `leave`. @throws ProblemException `overloaded` before anything was taken */
  enter(bytes: number): void {
    if (this.bytes + bytes > this.limit)
      throw new ProblemException('overloaded', {
        detail: 'The log cannot keep up; nothing was taken.',
        retryAfterS: 1,
      });
    this.bytes += bytes;
  }

  leave(bytes: number): void {
    this.bytes -= bytes;
  }

  /** Runs `work` while its bytes count. @throws ProblemException `overloaded` before anything was taken */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    this.enter(bytes);
    try {
      return await work();
    } finally {
      this.leave(bytes);
    }
  }
}
