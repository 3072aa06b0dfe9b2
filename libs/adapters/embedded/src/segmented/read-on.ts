/** Read at once for somebody who reads one portion after the other: the way to another thread and back costs as much as the reading. */
export const aheadBytes = 1024 * 1024;

/** What follows in the file, being read while what was read before is looked at. */
export interface Ahead {
  /** Where it begins: with a frame. */
  readonly at: number;
  /** Undefined when it could not be read. */
  readonly chunk: Promise<Buffer | undefined>;
}

/** Where a reader stopped, and what has been read of the file from there on. */
export interface Stop {
  readonly path: string;
  readonly nextOffset: number;
  /** Where the frame of that offset begins. */
  readonly position: number;
  /** Bytes of the file from `at` on; what is durable does not change any more. */
  readonly chunk: Buffer;
  readonly at: number;
  readonly ahead: Ahead | undefined;
}

/** Knows where the last reader of a lane stopped: whoever goes on from there finds what follows in memory. */
export class ReadOn {
  private stop: Stop | undefined;

  /** What is known for whoever reads that file from `offset` on; forgotten otherwise, so that nothing is kept for a reader who has left. */
  from(path: string, offset: number): Stop | undefined {
    const { stop } = this;
    this.stop = undefined;
    return stop?.path === path && stop.nextOffset === offset ? stop : undefined;
  }

  stopped(stop: Stop): void {
    this.stop = stop;
  }
}
