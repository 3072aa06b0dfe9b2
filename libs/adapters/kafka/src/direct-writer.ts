import type { LogRecord } from '@coxa/eventing';
import { lostBroker } from './failures.js';
import { apiVersion, type Placed, produceRequest, type Produced } from './produce-request.js';
import { RecordBatch, type WriterPlace } from './record-batch.js';
import { Refused } from './refused.js';
import type { Wire, WireBroker } from './wire.js';

/** What one request carries at most, unless a single batch is larger. */
const requestBytes = 1_000_000;
/** So large is memory that is kept, and what is smaller than that needs none. */
const keptBytes = requestBytes + 64 * 1024;
const smallBytes = 64 * 1024;
/** Requests under way to a broker; what comes meanwhile gathers for the next. */
const underWay = 3;
/** How long the broker may wait for its followers. */
const brokerTimeoutMs = 8_000;

/** A name that the broker has given for writing. Whoever gave up a write takes a new one: under the old one its next batch could pass for the lost. */
export type WriterName = Pick<WriterPlace, 'producerId' | 'epoch'>;

interface Waiting extends Placed {
  resolve(baseOffset: number): void;
  reject(error: unknown): void;
}

interface Node {
  /** Memory of requests that have been answered, for those that follow. */
  readonly spare: Buffer[];
  queue: Waiting[];
  underWay: number;
  woken: boolean;
}

/**
 * Writes batches encoded here over kafkajs's connections, those of several partitions in one request. What becomes of each partition is told
 * apart: kafkajs's own producer takes the answer of a broker for all partitions, or none.
 */
export class DirectWriter {
  private readonly known = new Set<string>();
  private readonly nodes = new Map<string, Node>();
  private connected: Promise<void> | undefined;
  private looking: Promise<void> | undefined;
  private shared: Promise<WriterName> | undefined;
  private closed = false;

  constructor(private readonly wire: Wire) {}

  /** Whether the brokers and this kafkajs have what is needed. */
  static fits(wire: Wire, version: string): boolean {
    const produce = wire.brokerPool.versions?.[0];
    return (
      version === '2.2.4' &&
      produce !== undefined &&
      produce.maxVersion >= apiVersion &&
      produce.minVersion <= apiVersion
    );
  }

  /** The name that all write under who never gave up; asked for on behalf of a topic, which the cluster is then known to have. */
  async name(topic: string): Promise<WriterName> {
    const asked = (this.shared ??= this.newName(topic));
    return asked.catch((error: unknown) => {
      if (this.shared === asked) this.shared = undefined;
      throw error;
    });
  }

  /** A name of one's own. */
  async newName(topic: string): Promise<WriterName> {
    await this.ready(topic);
    const broker = await this.wire.findControllerBroker();
    const { producerId, producerEpoch } = await broker.initProducerId({ transactionTimeout: 30_000 });
    return { producerId: BigInt(String(producerId)), epoch: producerEpoch };
  }

  /** Resolves with the offset of the first record once all are durable. @throws Refused, or what happened to the connection; whether they were written is then unknown */
  async write(
    { topic, partition }: { readonly topic: string; readonly partition: number },
    records: readonly LogRecord[],
    writer: WriterPlace,
  ): Promise<number> {
    await this.ready(topic);
    const [nodeId] = Object.keys(this.wire.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new Refused(5, `${topic}/${partition}`);
    const batch = new RecordBatch(records, writer, Date.now());
    return new Promise((resolve, reject) => {
      const node = this.node(nodeId);
      node.queue.push({ topic, partition, batch, resolve, reject });
      this.wake(nodeId, node);
    });
  }

  /** After a failure: forgets what is known of the cluster and looks again; once for all who ask at the moment. */
  lookAgain(error: unknown): Promise<void> {
    const lost = lostBroker(error);
    if (lost) this.wire.removeBroker(lost);
    this.looking ??= (async () => {
      this.connected = this.wire.connect();
      await this.connected.then(() => this.wire.refreshMetadata()).catch(() => undefined);
      // A cluster that hung may answer after all was closed.
      if (this.closed) await this.wire.disconnect();
    })().finally(() => (this.looking = undefined));
    return this.looking;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.wire.disconnect();
  }

  private async ready(topic: string): Promise<void> {
    await (this.connected ??= this.wire.connect());
    if (this.known.has(topic)) return;
    await this.wire.addMultipleTargetTopics([topic]);
    this.known.add(topic);
  }

  private node(nodeId: string): Node {
    let node = this.nodes.get(nodeId);
    if (!node) this.nodes.set(nodeId, (node = { spare: [], queue: [], underWay: 0, woken: false }));
    return node;
  }

  /** Whoever comes in the same turn goes along. */
  private wake(nodeId: string, node: Node): void {
    if (node.woken || node.underWay >= underWay) return;
    node.woken = true;
    setImmediate(() => {
      node.woken = false;
      while (node.queue.length > 0 && node.underWay < underWay) this.send(nodeId, node);
    });
  }

  private send(nodeId: string, node: Node): void {
    const taken = takenFrom(node);
    node.underWay++;
    this.ask(nodeId, node, taken)
      .then(
        (answer) => settle(taken, answer),
        (error: unknown) => taken.forEach(({ reject }) => reject(error)),
      )
      .finally(() => {
        node.underWay--;
        if (node.queue.length > 0) this.wake(nodeId, node);
      });
  }

  private async ask(nodeId: string, node: Node, placed: readonly Placed[]): Promise<Produced[]> {
    const broker: WireBroker = await this.wire.findBroker({ nodeId });
    let memory: Buffer | undefined;
    const room = (bytes: number) => (memory = roomFor(bytes, node.spare));
    try {
      const answer = await broker.connectionPool.send(produceRequest(placed, brokerTimeoutMs, room));
      // What is answered has been sent; without an answer nobody knows whether it is still being sent.
      if (memory?.length === keptBytes && node.spare.length < underWay) node.spare.push(memory);
      return answer;
    } catch (error) {
      // As kafkajs does: a broker whose connection is gone must not be taken for connected.
      if (lostBroker(error)) await broker.disconnect();
      throw error;
    }
  }
}

/** Memory of large requests is used again: it would be the collector's, a megabyte each time. */
function roomFor(bytes: number, spare: Buffer[]): Buffer {
  if (bytes < smallBytes || bytes > keptBytes) return Buffer.allocUnsafe(bytes);
  return spare.pop() ?? Buffer.allocUnsafeSlow(keptBytes);
}

/** One batch of a partition at most: a broker takes only one of them, and answers for both. */
function takenFrom(node: Node): Waiting[] {
  const places = new Set<string>();
  let bytes = 0;
  let count = 0;
  for (const { topic, partition, batch } of node.queue) {
    const place = `${topic}/${partition}`;
    if (places.has(place) || (count > 0 && bytes + batch.bytes > requestBytes)) break;
    places.add(place);
    bytes += batch.bytes;
    count++;
  }
  return node.queue.splice(0, count);
}

/** Each partition has to be told of by itself: what the answer does not name was not written. */
function settle(sent: readonly Waiting[], answer: readonly Produced[]): void {
  for (const { topic, partition, resolve, reject } of sent) {
    const mine = answer.find((each) => each.topic === topic && each.partition === partition);
    if (mine?.errorCode === 0 && mine.baseOffset >= 0) resolve(mine.baseOffset);
    else reject(new Refused(mine?.errorCode ?? -1, `${topic}/${partition}`));
  }
}
