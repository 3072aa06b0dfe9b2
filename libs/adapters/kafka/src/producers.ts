import type { Kafka, Producer } from 'kafkajs';

/** So many connections to each broker: an idempotent producer of kafkajs has one request under way to each. */
const count = 3;

/**
 * Idempotent producers. One that gave up a send may not be used again: its next batch would carry the sequence numbers of
 * the one whose outcome is unknown, and the broker would take it for a repeat and drop it.
 */
export class Producers {
  private readonly slots: (Promise<Producer> | undefined)[] = new Array<undefined>(count).fill(undefined);
  private readonly retired = new Set<Promise<void>>();

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

  /** Puts a fresh one in its place. Sends of other lanes that are under way on it go on. */
  async replace(lane: number, producer: Producer): Promise<void> {
    const slot = lane % count;
    const current = await this.slots[slot]?.catch(() => undefined);
    if (current === producer) this.slots[slot] = undefined;
    const gone = producer
      .disconnect()
      .catch(() => undefined)
      .finally(() => this.retired.delete(gone));
    this.retired.add(gone);
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.slots.flatMap((slot) => slot ?? []));
    await Promise.allSettled(
      open.map((each) => (each.status === 'fulfilled' ? each.value.disconnect() : undefined)),
    );
    await Promise.allSettled(this.retired);
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
