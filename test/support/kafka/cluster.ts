import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { freePort } from '../free-port.js';
import { TcpProxy } from '../tcp-proxy.js';
import { Broker } from './broker.js';
import { kafkaClassPath } from './jars.js';

export interface ClusterOptions {
  /** How many brokers (default 1). */
  readonly nodes?: 1 | 3;
  /** Further lines of `server.properties`; a name that begins with `+` adds to what is there. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further arguments when the storage is formatted. */
  readonly formatArgs?: readonly string[];
  /** Clients reach the brokers only through a proxy before each, where the network can be cut. */
  readonly proxied?: boolean;
}

const firstStartMs = 90_000;
const wholeWithinMs = 150_000;

/** A real Kafka of one or three brokers on free ports. */
export class KafkaCluster {
  private constructor(
    readonly nodes: readonly Broker[],
    private readonly folder: string,
    /** One before each broker, when that was asked for. */
    readonly proxies: readonly TcpProxy[],
  ) {}

  /** A cluster that is whole. One that did not become so is given up once for another, and why is printed: it is the servers' own, and none of what is tested. */
  static async start(options: ClusterOptions = {}): Promise<KafkaCluster> {
    const first = await KafkaCluster.begun(options);
    try {
      await first.whole(firstStartMs);
      return first;
    } catch (error) {
      console.warn(`a Kafka for tests is started anew: ${(error as Error).message}`);
      await first.stop();
    }
    const second = await KafkaCluster.begun(options);
    try {
      await second.whole();
      return second;
    } catch (error) {
      await second.stop();
      throw error;
    }
  }

  private static async begun({
    nodes = 1,
    settings = {},
    formatArgs = [],
    proxied = false,
  }: ClusterOptions = {}): Promise<KafkaCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'coxa-kafka-'));
    const classPath = await kafkaClassPath();
    const ports: number[] = [];
    while (ports.length < nodes * 2) ports.push(await freePort());
    const ids = Array.from({ length: nodes }, (_, i) => i + 1);
    const voters = ids.map((id) => `${id}@127.0.0.1:${ports[nodes + id - 1]}`).join(',');
    const proxies = proxied ? await Promise.all(ids.map((id) => TcpProxy.to(ports[id - 1]!))) : [];
    // An id that begins with a dash is taken for an option by Kafka's own tool.
    const clusterId = Buffer.concat([randomBytes(1).map((byte) => byte & 0x7f), randomBytes(15)]).toString(
      'base64url',
    );
    const brokers = ids.map(
      (nodeId) =>
        new Broker({
          nodeId,
          port: ports[nodeId - 1]!,
          advertisedPort: proxies[nodeId - 1]?.port ?? ports[nodeId - 1]!,
          controllerPort: ports[nodes + nodeId - 1]!,
          folder: join(folder, String(nodeId)),
          classPath,
          clusterId,
          voters,
          nodes,
          settings,
          formatArgs,
        }),
    );
    const cluster = new KafkaCluster(brokers, folder, proxies);
    await Promise.all(brokers.map((broker) => broker.format()));
    for (const broker of brokers) broker.up();
    return cluster;
  }

  get addresses(): string[] {
    return this.nodes.map(({ address }) => address);
  }

  node(nodeId: number): Broker {
    return this.nodes.find((broker) => broker.nodeId === nodeId)!;
  }

  /** Resolves when every broker is part of the cluster and every partition has all its replicas in sync. @throws Error with the brokers' last words */
  async whole(withinMs = wholeWithinMs): Promise<void> {
    const deadline = Date.now() + withinMs;
    let last = 'not all of it is there';
    for (;;) {
      const down = this.nodes.find(({ running }) => !running);
      if (down) throw new Error(`broker ${down.nodeId} has ended:\n${down.said()}`);
      try {
        if (await this.ask(inSync(this.nodes.length))) return;
      } catch (error) {
        last = (error as Error).message;
      }
      if (Date.now() > deadline) {
        const said = this.nodes.map((broker) => broker.said()).join('\n');
        throw new Error(`Kafka was not whole in ${withinMs} ms: ${last}\n${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Asks the cluster as its administrator. */
  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Kafka({
      brokers: this.addresses,
      logLevel: logLevel.NOTHING,
      requestTimeout: 3_000,
      retry: { retries: 1 },
    }).admin();
    try {
      await admin.connect();
      return await question(admin);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  /** Folders that the first broker has for the topics whose names contain `part`; of a deleted one until its files are gone. */
  foldersOf(part: string): string[] {
    const data = join(this.folder, '1', 'data');
    return readdirSync(data)
      .filter((name) => name.includes(part))
      .map((name) => join(data, name));
  }

  /** What the first broker keeps of the topics whose names contain `part`, bytes. */
  bytesOf(part: string): number {
    const sizes = this.foldersOf(part).flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.log'))
        .map((name) => statSync(join(folder, name)).size),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((broker) => broker.down()));
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const inSync =
  (nodes: number) =>
  async (admin: Admin): Promise<boolean> => {
    if ((await admin.describeCluster()).brokers.length < nodes) return false;
    const { topics } = await admin.fetchTopicMetadata();
    return topics.every(({ partitions }) =>
      partitions.every(({ isr, replicas, leader }) => leader >= 0 && isr.length === replicas.length),
    );
  };
