import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';

const stepBytes = 256 * 1024;
const zeros = Buffer.alloc(stepBytes);

/** Fills a file with zeros beside the writing, so that the next segment has its room before it is needed. */
export class Preparation {
  private ready = false;
  private stopped = false;
  private readonly work: Promise<void>;

  constructor(
    private readonly path: string,
    readonly bytes: number,
  ) {
    this.work = this.fill().catch(() => this.discard());
  }

  /** True when the file may be taken over by renaming it. */
  get done(): boolean {
    return this.ready && !this.stopped;
  }

  /** Stops the work and removes the file. */
  async abandon(): Promise<void> {
    this.stopped = true;
    await this.work;
    if (this.ready) this.discard();
  }

  private async fill(): Promise<void> {
    const file = await open(this.path, 'w', 0o600);
    try {
      for (let position = 0; position < this.bytes && !this.stopped; position += stepBytes) {
        await file.write(zeros, 0, Math.min(stepBytes, this.bytes - position), position);
        // A little at a time: no commit beside it waits for much.
        await file.datasync();
      }
    } finally {
      await file.close();
    }
    if (this.stopped) this.discard();
    else this.ready = true;
  }

  private discard(): void {
    rmSync(this.path, { force: true });
  }
}
