import {
  type ConsumeOptions,
  EngineError,
  type LogBatch,
  type MessageLog,
  type Progress,
  type TopicPartition,
} from '@coxa/eventing';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { Background } from '../service/background.js';
import type { Lag } from '../service/metrics.js';

type HowToConsume = Pick<ConsumeOptions, 'unhurriedMs' | 'headersOnly'>;

/** What a consumer asks for: `@EventPattern(consumes('program', 'checkIns'))`. */
export interface ConsumerPattern extends HowToConsume {
  readonly group: string;
  /** Logical name; the prefix comes from the configuration. */
  readonly topic: string;
}

export const consumes = (group: string, topic: string, options: HowToConsume = {}): ConsumerPattern => ({
  group,
  topic,
  ...options,
});

/** What the service has to do before its consumers. */
export interface ConsumersLife {
  /** They begin when this resolves. */
  ready(signal: AbortSignal): Promise<void>;
  /** Told before messages of newly assigned partitions are handled. */
  assigned(group: string, topic: string, partitions: readonly number[]): Promise<void>;
}

/**
 * Nest's transport over the message log port: handlers are ordinary `@EventPattern` methods that get a whole `LogBatch` and commit it.
 * Each (group, topic) is consumed by itself; a handler that fails ends its consumer and makes the service unhealthy.
 */
export class MessageLogServer extends Server implements CustomTransportStrategy {
  /** The loop that called the handler deals with what it throws. */
  override readonly propagatesEventHandlerErrors = true;

  constructor(
    private readonly log: MessageLog,
    private readonly background: Background,
    private readonly topicOf: (logical: string) => string,
    private readonly consumers: ConsumersLife,
    private readonly progress: Progress,
  ) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    for (const [route, handler] of this.messageHandlers) {
      const { group, topic: logical, ...options } = JSON.parse(route) as ConsumerPattern;
      const topic = this.topicOf(logical);
      this.background.start(`${group} on ${topic}`, async (signal) => {
        await this.consumers.ready(signal);
        if (signal.aborted) return;
        const onAssigned = (places: readonly TopicPartition[]) => {
          const partitions = places.map(({ partition }) => partition);
          this.progress.assigned(group, topic, partitions);
          return this.consumers.assigned(group, logical, partitions);
        };
        await this.log.consume({ group, topics: [topic], ...options, signal, onAssigned }, (batch) =>
          invoke(handler, this.watched(group, batch)),
        );
      });
    }
    callback();
  }

  /** How many messages each group has still to commit, whichever instances work at it. */
  lags(): Promise<Lag[]> {
    const asked = [...this.messageHandlers.keys()].map(async (route) => {
      const { group, topic: logical } = JSON.parse(route) as ConsumerPattern;
      const topic = this.topicOf(logical);
      const places = await this.log.offsets(topic, group);
      const lag = places.reduce(
        (sum, { start, end, committed }) => sum + end - Math.max(start, committed ?? start),
        0,
      );
      return { group, topic, lag };
    });
    return Promise.all(asked);
  }

  /** What is committed has been handled, whether or not the group hears of it: whoever waits for it here need not wait for the cluster. */
  private watched(group: string, batch: LogBatch): LogBatch {
    const { topic, partition, messages } = batch;
    const tell = this.progress.teller(group, topic, partition, messages[0]!.offset);
    return {
      topic,
      partition,
      messages,
      commit: (next) => {
        tell(next);
        return batch.commit(next);
      },
    };
  }

  close(): void {
    // The background loops are stopped, and waited for, by the service's shutdown.
  }

  override on(): never {
    throw new EngineError('closed', 'this transport has no events of its own');
  }

  override unwrap<T>(): T {
    return this.log as T;
  }
}

async function invoke(handler: MessageHandler, batch: LogBatch): Promise<void> {
  const result: unknown = await handler(batch);
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
