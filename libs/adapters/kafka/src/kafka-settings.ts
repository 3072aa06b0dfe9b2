/** Where the cluster is and how it is spoken to. */
export interface KafkaSettings {
  /** `host:port` of some brokers; the others are learned from them. */
  readonly brokers: readonly string[];
  readonly tls?: KafkaTls | undefined;
  readonly sasl?: KafkaSasl | undefined;
  /** Copies of each partition that new topics get; by default three, or as many as there are brokers. */
  readonly replication?: number | undefined;
  /** After so long (default 15 s) an append that is not durable yet is given up. */
  readonly appendTimeoutMs?: number | undefined;
  /** A member of a group that is silent for so long (default 15 s) is given up by the cluster. */
  readonly sessionTimeoutMs?: number | undefined;
  /** Write by kafkajs's own producers also where batches of our own could be sent. */
  readonly byClient?: boolean | undefined;
  /** What the client has to say, without content of messages. */
  readonly onLog?: ((level: 'warn' | 'error', text: string) => void) | undefined;
}

/** PEM texts; without `ca` the machine's own authorities are trusted. */
export interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}
