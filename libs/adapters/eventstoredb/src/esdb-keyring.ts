import { randomBytes, randomUUID } from 'node:crypto';
import type { EventStoreDBClient } from '@eventstore/db-client';
import {
  EngineError,
  type Keyring,
  RevisionConflict,
  type StoredEvent,
  unwrapKey,
  wrapKey,
} from '@coxa/eventing';
import { LRUCache } from 'lru-cache';
import { append, keepNewest, read, type Times } from './append.js';

const made = 'coxa.key-made.v1';
const erased = 'coxa.key-erased.v1';
/** How long another process may still use a key that was erased here. */
const rememberedMs = 5_000;

/**
 * Keys per patient in the event store, each wrapped by a master key that never goes there; one stream a patient. Erasing appends that it was
 * erased and limits the stream to its newest event: the wrapped key cannot be read any more from then on, and leaves the disk with the next
 * scavenge. No subscriber sees these streams: their names do not begin as the others do.
 */
export class EsdbKeyring implements Keyring {
  private readonly known = new LRUCache<string, Uint8Array>({ max: 10_000, ttl: rememberedMs });

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly streamOf: (patientId: string) => string,
    private readonly master: Uint8Array,
    private readonly times: Times,
  ) {}

  async keyFor(patientId: string): Promise<Uint8Array> {
    for (;;) {
      const newest = await this.newest(patientId);
      const there = this.keyOf(patientId, newest);
      if (there) return there;
      if (newest)
        throw new EngineError(
          'key-erased',
          'the key was erased: nothing may be encrypted for this person again',
        );
      const fresh = randomBytes(32);
      try {
        await this.put(patientId, 'no-stream', made, wrapKey(this.master, fresh));
        this.known.set(patientId, fresh);
        return fresh;
      } catch (error) {
        // Somebody else has made one at the same moment: theirs counts.
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
  }

  async find(patientId: string): Promise<Uint8Array | undefined> {
    return this.known.get(patientId) ?? this.keyOf(patientId, await this.newest(patientId));
  }

  async erase(patientId: string): Promise<void> {
    this.known.delete(patientId);
    for (
      let newest = await this.newest(patientId);
      newest?.type !== erased;
      newest = await this.newest(patientId)
    ) {
      try {
        await this.put(patientId, newest ? newest.revision : 'no-stream', erased, new Uint8Array());
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
    await keepNewest(this.client, this.streamOf(patientId), 1, this.times);
    this.known.delete(patientId);
  }

  /** Takes in the key of another keyring (null: erased). @throws EngineError `backend-unfit` when there is another one already */
  async carryIn(patientId: string, key: Uint8Array | null): Promise<void> {
    if (key === null) return this.erase(patientId);
    const newest = await this.newest(patientId);
    if (!newest) return this.put(patientId, 'no-stream', made, wrapKey(this.master, key));
    const there = this.keyOf(patientId, newest);
    if (!there || !Buffer.from(there).equals(key))
      throw new EngineError(
        'backend-unfit',
        'the event store holds another key of a patient: it belongs to another installation, or has been used since',
      );
  }

  async close(): Promise<void> {
    // The client belongs to the event store.
  }

  private keyOf(patientId: string, newest: StoredEvent | undefined): Uint8Array | undefined {
    if (newest?.type !== made) return undefined;
    const key = unwrapKey(this.master, newest.data);
    this.known.set(patientId, key);
    return key;
  }

  private async newest(patientId: string): Promise<StoredEvent | undefined> {
    const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
    const [event] = await read(this.client, this.streamOf(patientId), options, this.times.answerMs);
    return event;
  }

  private async put(
    patientId: string,
    expected: number | 'no-stream',
    type: string,
    data: Uint8Array,
  ): Promise<void> {
    const event = { id: randomUUID(), type, data, metadata: {} };
    await append(this.client, this.streamOf(patientId), expected, [event], this.times);
  }
}
