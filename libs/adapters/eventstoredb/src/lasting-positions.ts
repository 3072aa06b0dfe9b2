import { randomUUID } from 'node:crypto';
import type { EventStoreDBClient } from '@eventstore/db-client';
import {
  EngineError,
  RevisionConflict,
  type ViewChange,
  type ViewPositions,
  type ViewStore,
} from '@coxa/eventing';
import { append, keepNewest, read, type Times } from './append.js';

/** At most so often a position is written down: what came after it is done again after a crash, which must be harmless anyway. */
const everyMs = 1_000;
const kept = 8;

interface Standing {
  positions: ViewPositions;
  /** Revision of the stream that holds it; -1 before the first. */
  revision: number;
  dirty: boolean;
  writing: Promise<void> | undefined;
}

/**
 * Positions that must outlive the views (of relays: what was published once must not be published again because a Redis was flushed), each
 * in a stream of a few events beside the events themselves. Holds no entries.
 */
export class LastingPositions implements ViewStore {
  private readonly standing = new Map<string, Standing>();
  private readonly timer: NodeJS.Timeout;
  private failed: unknown;

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly streamOf: (view: string) => string,
    private readonly times: Times,
  ) {
    this.timer = setInterval(
      () => void this.save().catch((error: unknown) => (this.failed = error)),
      everyMs,
    ).unref();
  }

  async get(_view: string, keys: readonly string[]): Promise<undefined[]> {
    return keys.map(() => undefined);
  }

  async list(): Promise<[]> {
    return [];
  }

  async commit(view: string, changes: readonly ViewChange[], positions: ViewPositions): Promise<void> {
    if (changes.length > 0) throw new RangeError('only positions are kept here');
    const failed = this.failed;
    this.failed = undefined;
    if (failed !== undefined) throw failed;
    const standing = this.standing.get(view) ?? (await this.look(view));
    standing.positions = { ...standing.positions, ...positions };
    standing.dirty = true;
    this.standing.set(view, standing);
  }

  async positions(view: string): Promise<ViewPositions> {
    return (this.standing.get(view) ?? (await this.look(view))).positions;
  }

  async replace(): Promise<void> {
    throw new RangeError('a position is not replaced');
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.save();
  }

  private async look(view: string): Promise<Standing> {
    const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
    const [newest] = await read(this.client, this.streamOf(view), options, this.times.answerMs);
    const positions = newest ? (JSON.parse(Buffer.from(newest.data).toString()) as ViewPositions) : {};
    return { positions, revision: newest?.revision ?? -1, dirty: false, writing: undefined };
  }

  private async save(): Promise<void> {
    await Promise.all([...this.standing].map(([view, standing]) => this.saved(view, standing)));
  }

  /** One write at a time. It is forgotten only once it is known: a write that ended at once would stand in the way of every later one. */
  private async saved(view: string, standing: Standing): Promise<void> {
    if (!standing.writing && standing.dirty)
      standing.writing = this.write(view, standing).finally(() => (standing.writing = undefined));
    await standing.writing;
  }

  private async write(view: string, standing: Standing): Promise<void> {
    try {
      standing.dirty = false;
      const event = {
        id: randomUUID(),
        type: 'coxa.position.v1',
        data: Buffer.from(JSON.stringify(standing.positions)),
        metadata: {},
      };
      const stream = this.streamOf(view);
      const expected = standing.revision < 0 ? ('no-stream' as const) : standing.revision;
      // First: a limit that failed after the first position would never be set, and the stream grow by an event a second.
      if (standing.revision < 0) await keepNewest(this.client, stream, kept, this.times);
      const { revision } = await append(this.client, stream, expected, [event], this.times);
      standing.revision = revision;
    } catch (error) {
      if (error instanceof RevisionConflict) {
        // Another process has gone on from here: whoever commits next looks where it stands.
        this.standing.delete(view);
        throw new EngineError('view-moved', `somebody else keeps the position of ${view} too`, {
          cause: error,
        });
      }
      standing.dirty = true;
      throw error;
    }
  }
}
