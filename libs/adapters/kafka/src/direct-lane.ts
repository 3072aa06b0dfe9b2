import { EngineError, type LogRecord } from '@coxa/eventing';
import type { DirectWriter, WriterName } from './direct-writer.js';
import { isForgotten } from './failures.js';
import type { LaneWriter } from './lane-writer.js';

const sequences = 2 ** 31;

/** Writes one partition by batches of our own. */
export class DirectLane implements LaneWriter {
  private name: WriterName | undefined;
  private sequence = 0;
  private spoilt = false;
  /** What was begun in an older one must not touch name and sequence any more. */
  private round = 0;

  constructor(
    private readonly writer: DirectWriter,
    private readonly place: { readonly topic: string; readonly partition: number },
  ) {}

  async write(records: readonly LogRecord[]): Promise<number> {
    const { round } = this;
    const name =
      this.name ??
      (await (this.spoilt ? this.writer.newName(this.place.topic) : this.writer.name(this.place.topic)));
    // Given up while that was asked: nobody waits for it any more.
    if (round !== this.round) throw new EngineError('storage-failed', 'it came too late');
    this.name = name;
    const first = await this.writer.write(this.place, records, { ...name, sequence: this.sequence });
    if (round === this.round) this.sequence = (this.sequence + records.length) % sequences;
    return first;
  }

  async failed(error: unknown, givenUp: boolean): Promise<void> {
    // The broker no longer knows our sequence, or we no longer know its.
    if (givenUp || isForgotten(error)) {
      this.round++;
      this.spoilt = true;
      this.name = undefined;
      this.sequence = 0;
    }
    if (!givenUp) await this.writer.lookAgain(error);
  }
}
