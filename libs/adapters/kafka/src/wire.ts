import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';

/** What of kafkajs 2.2.4 lies below its public face and is used here: it can consume as a member of a group, but not read from a place. */
export interface Wire {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
  findBroker(options: { readonly nodeId: string }): Promise<WireBroker>;
  findControllerBroker(): Promise<WireBroker>;
  findGroupCoordinator(options: { readonly groupId: string }): Promise<WireBroker>;
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
      readonly fromBeginning: boolean;
    }[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
  removeBroker(address: { readonly host: string; readonly port: number }): void;
  readonly brokerPool: {
    readonly versions: Record<string, { minVersion: number; maxVersion: number }> | null;
  };
}

export interface WireBroker {
  /** Sends a request of anybody's, given how its body is written and its answer read. */
  readonly connectionPool: {
    send<Decoded, Answer>(protocol: {
      readonly request: {
        readonly apiKey: number;
        readonly apiVersion: number;
        readonly apiName: string;
        expectResponse(): boolean;
        encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
      };
      readonly response: {
        decode(answer: Buffer): Promise<Decoded & { readonly clientSideThrottleTime: number }>;
        parse(decoded: Decoded): Promise<Answer>;
      };
    }): Promise<Answer>;
  };
  disconnect(): Promise<void>;
  initProducerId(request: { readonly transactionTimeout: number }): Promise<{
    readonly producerId: unknown;
    readonly producerEpoch: number;
  }>;
  fetch(request: {
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    responses: { topicName: string; partitions: { partition: number; messages: WireMessage[] }[] }[];
  }>;
  offsetFetch(request: {
    readonly groupId: string;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
    }[];
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>;
  offsetCommit(request: OutsideCommit): Promise<unknown>;
}

/** What a coordinator is told by somebody who is no member of the group; it takes it while the group has none. */
export interface OutsideCommit {
  readonly groupId: string;
  readonly groupGenerationId: -1;
  readonly memberId: '';
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }[];
}

/** A record as it comes off the wire. */
export interface WireMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Record<string, unknown> | undefined;
  readonly isControlRecord?: boolean;
}

type Inner = Record<symbol, (options: { allowAutoTopicCreation: boolean; isolationLevel: number }) => Wire>;

/** Connections of their own to the cluster. Fetches on one of them wait for each other. */
export function openWire(client: Kafka): Wire {
  const made = Object.getOwnPropertySymbols(client).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (!made) throw new TypeError('this kafkajs is not the one the adapter was made for (2.2.4)');
  return (client as unknown as Inner)[made]!({ allowAutoTopicCreation: false, isolationLevel: 1 });
}

/** Which kafkajs this is. */
export const kafkajsVersion = (): string =>
  (createRequire(import.meta.url)('kafkajs/package.json') as { version: string }).version;
