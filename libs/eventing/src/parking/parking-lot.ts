import { deriveId } from '@coxa/contracts';
import { EngineError } from '../errors.js';
import type { LogMessage, LogRecord, MessageLog } from '../ports/message-log.js';
import { until } from '../util/until.js';
import { KeyedMutex } from '../util/keyed-mutex.js';

/** Why and whence a message was set aside. No clinical content: reason is an error's message without values. */
export interface ParkedMessage {
  readonly id: string;
  readonly group: string;
  readonly key: string;
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: number };
  readonly reason: string;
  readonly attempts: number;
  readonly parkedAt: string;
}

interface Held extends ParkedMessage {
  /** Where the parked copy lies, to be read when it is replayed. */
  readonly at: { readonly topic: string; readonly partition: number; readonly offset: number };
}

export const parkedTopic = (topic: string): string => `${topic}.parked`;

const laneOf = (group: string, topic: string, key: string) => `${group}\n${topic}\n${key}`;

/**
 * One bad message stops only its own key: it is set aside on `<topic>.parked`, later messages of the key wait behind it in order.
 * The lot is a fold of those topics, so it survives any restart.
 */
export class ParkingLot {
  private readonly lanes = new Map<string, Held[]>();
  private readonly seen = new Map<string, number>();
  private readonly mutex = new KeyedMutex();
  private readonly listeners: ((group: string, topic: string, key: string) => void)[] = [];

  constructor(
    private readonly log: MessageLog,
    private readonly topics: readonly string[],
  ) {}

  /** Folds the parked topics until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const topics = this.topics.map(parkedTopic);
    await this.log.consume({ topics, signal }, async ({ messages }) => {
      for (const message of messages) this.fold(message);
    });
  }

  /** Answers a check that holds once everything that lies in the topics now has been folded, whatever comes behind it. */
  async upToNow(): Promise<() => boolean> {
    const ends = new Map<string, number>();
    for (const topic of this.topics.map(parkedTopic))
      for (const { partition, start, end } of await this.log.offsets(topic))
        if (end > start) ends.set(`${topic}/${partition}`, end);
    return () => [...ends].every(([place, end]) => (this.seen.get(place) ?? 0) >= end);
  }

  /** Hears of each message that is released, wherever it was handled again, before later ones of its key are. */
  onReleased(listener: (group: string, topic: string, key: string) => void): void {
    this.listeners.push(listener);
  }

  isParked(group: string, topic: string, key: string): boolean {
    return (this.lanes.get(laneOf(group, topic, key))?.length ?? 0) > 0;
  }

  list(): ParkedMessage[] {
    return [...this.lanes.values()].flat().map(({ at: _at, ...parked }) => parked);
  }

  /** Sets messages of one key aside, durably. Parking the same message twice leaves it parked once. */
  async park(
    group: string,
    messages: readonly LogMessage[],
    error: unknown,
    attempts: number,
  ): Promise<void> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const records = messages.map((message, index): LogRecord => {
      const { topic, partition, offset, key } = message;
      const origin = { topic, partition, offset };
      const parked: ParkedMessage = {
        id: deriveId(`${group}/${topic}/${partition}/${offset}`, 0),
        group,
        key,
        origin,
        reason: index === 0 ? reason : 'waits behind an earlier message of its key',
        attempts: index === 0 ? attempts : 0,
        parkedAt: new Date(message.appendedAt).toISOString(),
      };
      return {
        topic: parkedTopic(topic),
        key,
        value: message.value,
        headers: { ...message.headers, coxa_parked: JSON.stringify(parked) },
      };
    });
    const places = await this.log.append(records);
    // Known here at once: the next message of the key must not slip past before the fold has seen the record.
    records.forEach((record, index) => this.fold({ ...record, ...places[index]!, appendedAt: 0 }));
  }

  /**
   * Hands the parked messages of a key to `handler` in order and releases each that succeeds; the first failure leaves the rest.
   * Messages that arrive meanwhile queue behind. Answers how many were handled.
   */
  async replay(
    group: string,
    topic: string,
    key: string,
    handler: (message: LogMessage) => Promise<void>,
  ): Promise<number> {
    const lane = laneOf(group, topic, key);
    return this.mutex.run(lane, async () => {
      let handled = 0;
      for (let next = this.lanes.get(lane)?.[0]; next; next = this.lanes.get(lane)?.[0]) {
        await handler(await this.original(next));
        await this.release(next);
        handled++;
      }
      return handled;
    });
  }

  /** Gives a parked message up, for good; the messages behind it stay. */
  async drop(id: string): Promise<boolean> {
    const held = [...this.lanes.values()].flat().find((parked) => parked.id === id);
    if (!held) return false;
    await this.release(held);
    return true;
  }

  private async original(held: Held): Promise<LogMessage> {
    const { topic, partition, offset } = held.at;
    const [copy] = await this.log.read(topic, partition, offset, 1);
    if (copy?.offset !== offset)
      throw new EngineError(
        'corrupt',
        `the parked copy of ${held.id} is gone from ${topic}/${partition}@${offset}`,
      );
    const { coxa_parked: _parked, ...headers } = copy.headers;
    return { ...copy, ...held.origin, headers };
  }

  private async release(held: Held): Promise<void> {
    const { id, group, key, origin } = held;
    const topic = parkedTopic(origin.topic);
    const headers = { coxa_released: JSON.stringify({ id, group, topic: origin.topic, key }) };
    const [place] = await this.log.append([{ topic, key, value: new Uint8Array(), headers }]);
    this.fold({ key, value: new Uint8Array(), headers, ...place!, appendedAt: 0 });
    await until(
      () => !this.lanes.get(laneOf(group, origin.topic, key))?.some((other) => other.id === id),
      1_000,
    );
  }

  private fold(message: LogMessage): void {
    const { topic, partition, offset } = message;
    if (message.headers['coxa_parked']) {
      const parked = JSON.parse(message.headers['coxa_parked']) as ParkedMessage;
      const lane = laneOf(parked.group, parked.origin.topic, parked.key);
      const held = this.lanes.get(lane) ?? [];
      if (!held.some((other) => other.id === parked.id) && !this.released.has(parked.id))
        this.lanes.set(lane, [...held, { ...parked, at: { topic, partition, offset } }]);
    } else if (message.headers['coxa_released']) {
      const gone = JSON.parse(message.headers['coxa_released']) as {
        id: string;
        group: string;
        topic: string;
        key: string;
      };
      const lane = laneOf(gone.group, gone.topic, gone.key);
      this.released.add(gone.id);
      const left = (this.lanes.get(lane) ?? []).filter((held) => held.id !== gone.id);
      if (left.length > 0) this.lanes.set(lane, left);
      else this.lanes.delete(lane);
      for (const listener of this.listeners) listener(gone.group, gone.topic, gone.key);
    }
    const place = `${topic}/${partition}`;
    this.seen.set(place, Math.max(this.seen.get(place) ?? 0, offset + 1));
  }

  private readonly released = new Set<string>();
}
