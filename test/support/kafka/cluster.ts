import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
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

const startsWithinMs = 150_000;

/** A real Kafka of one or three brokers on free ports. */
export class KafkaCluster {
  private constructor(
    readonly nodes: readonly Broker[],
    private readonly folder: string,
    /** One before each broker, when that was asked for. */
    readonly proxies: readonly TcpProxy[],
  ) {}

  static async start({
    nodes = 1,
    settings = {},
    formatArgs = [],
    proxied = false,
  }: ClusterOptions = {}): Promise<KafkaCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'coxa-kafka-'));
    const classPath = await kafkaClassPath();
    const ports = await freePorts(nodes * 2);
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
    try {
      await Promise.all(brokers.map((broker) => broker.format()));
      for (const broker of brokers) broker.up();
      await cluster.whole();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get addresses(): string[] {
    return this.nodes.map(({ address }) => address);
  }

  node(nodeId: number): Broker {
    return this.nodes.find((broker) => broker.nodeId === nodeId)!;
  }

  /** Resolves when every broker is part of the cluster and every partition has all its replicas in sync. */
  async whole(): Promise<void> {
    const deadline = Date.now() + startsWithinMs;
    for (;;) {
      const down = this.nodes.find(({ running }) => !running);
      if (down) throw new Error(`broker ${down.nodeId} has ended:\n${down.said()}`);
      if (await this.ask(inSync(this.nodes.length)).catch(() => false)) return;
      if (Date.now() > deadline) throw new Error(`Kafka was not whole in ${startsWithinMs} ms`);
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

  /** What the first broker keeps of the topics whose names contain `part`, bytes. */
  bytesOf(part: string): number {
    const data = join(this.folder, '1', 'data');
    const folders = readdirSync(data).filter((name) => name.includes(part));
    const sizes = folders.flatMap((folder) =>
      readdirSync(join(data, folder))
        .filter((name) => name.endsWith('.log'))
        .map((name) => statSync(join(data, folder, name)).size),
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

/** Ports that nobody uses at the moment, each another. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server: Server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
