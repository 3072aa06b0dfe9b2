import { pause } from '@coxa/eventing';
import type { Kafka, Producer } from 'kafkajs';

/** So many connections to each broker: an idempotent producer of kafkajs has one request under way to each. */
const count = 3;
const leaveWithinMs = 3_000;

/**
 * Idempotent producers. One that gave up a send may not be used again: its next batch would carry the sequence numbers of
 * the one whose outcome is unknown, and the broker would take it for a repeat and drop it.
 */
export class Producers {
  private readonly slots: (Promise<Producer> | undefined)[] = new Array<undefined>(count).fill(undefined);
  private readonly retired = new WeakSet<Producer>();
  private readonly leaving = new Set<Promise<void>>();

  constructor(private readonly client: Kafka) {}

  /** The producer for a lane; connects when there is none. */
  async of(lane: number): Promise<Producer> {
    const slot = lane % count;
    const asked = (this.slots[slot] ??= this.connect());
    try {
      return await asked;
    } catch (error) {
      if (this.slots[slot] === asked) this.slots[slot] = undefined;
      throw error;
    }
  }

  /** Never to be used again: others take its place. What other lanes have under way on it fails, and is sent again. */
  retire(lane: number, producer: Producer): void {
    if (this.retired.has(producer)) return;
    this.retired.add(producer);
    this.slots[lane % count] = undefined;
    const gone = producer
      .disconnect()
      .catch(() => undefined)
      .finally(() => this.leaving.delete(gone));
    this.leaving.add(gone);
  }

  isRetired(producer: Producer): boolean {
    return this.retired.has(producer);
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.slots.flatMap((slot) => slot ?? []));
    await Promise.allSettled(
      open.map((each) => (each.status === 'fulfilled' ? each.value.disconnect() : undefined)),
    );
    // A broker that hangs keeps its connections open. The pause must not outlast them: the process could not end before.
    const left = new AbortController();
    await Promise.race([
      Promise.allSettled(this.leaving).then(() => left.abort()),
      pause(leaveWithinMs, left.signal),
    ]);
  }

  private async connect(): Promise<Producer> {
    const producer = this.client.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition!,
    });
    try {
      await producer.connect();
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
    return producer;
  }
}
