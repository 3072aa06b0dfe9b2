import { randomUUID } from 'node:crypto';
import grpc from '@grpc/grpc-js';
import type { ServerReadableStream, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { TcpProxy } from '../tcp-proxy.js';
import { Book, type Expected, type Proposed, sizeOf } from './book.js';
import { Faults } from './faults.js';
import { clusterOfOne } from './gossip.js';
import { answerRead } from './reading.js';
import { denial, notReady, type Refusal, refusal, timedOut, tooLarge, unknownUser } from './refusals.js';
import { Subscribers } from './subscribers.js';
import { appendAnswer, expectedOf, nameOf, proposedOf } from './wire.js';

/** As `MaxAppendSize` of the server when nobody has set it, bytes. */
const mostBytes = 1024 * 1024;

export interface Security {
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** Who may come in, as `user:password`; anybody else is refused, and who says nothing may do nothing. */
  readonly user: string;
}

/**
 * NOT EventStoreDB: a stand-in that speaks its gRPC services, from the client's own definitions, for machines where no real server can be had
 * and for failures that a real one cannot be made to have. A test against it says nothing about the real server.
 */
export class EventStoreStandIn {
  readonly book = new Book();
  readonly faults = new Faults();
  readonly subscribers = new Subscribers(this.book);
  /** What each append expected of its stream. */
  readonly expectations: Expected[] = [];
  private server: grpc.Server | undefined;
  /** Calls by method, so that a test can tell which were used. */
  readonly calls = new Map<string, number>();

  private constructor(
    private readonly proxy: TcpProxy,
    private readonly security: Security | undefined,
  ) {}

  /** `security`: with a certificate and a user; without, as the real one with `--insecure`. */
  static async start(security?: Security): Promise<EventStoreStandIn> {
    const standIn = new EventStoreStandIn(await TcpProxy.to(0), security);
    await standIn.serve();
    return standIn;
  }

  get url(): string {
    const { security, proxy } = this;
    return security
      ? `esdb://${security.user}@127.0.0.1:${proxy.port}?tls=true`
      : `esdb://127.0.0.1:${proxy.port}?tls=false`;
  }

  /** Stands between clients and this server: cables are pulled here. */
  get network(): TcpProxy {
    return this.proxy;
  }

  /** Ends as a killed server does: every connection is reset, new ones are refused; what was taken is kept. */
  kill(): void {
    this.proxy.refuse(true);
    this.server?.forceShutdown();
    this.server = undefined;
  }

  async restart(): Promise<void> {
    await this.serve();
    this.proxy.refuse(false);
  }

  async stop(): Promise<void> {
    this.kill();
    await this.proxy.close();
  }

  private async serve(): Promise<void> {
    // As many calls side by side as the real one allows a connection before the others wait.
    const server = new grpc.Server({ 'grpc.max_concurrent_streams': 100 });
    server.addService(streamsService.StreamsService as unknown as grpc.ServiceDefinition, {
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => this.read(call),
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) =>
        void this.append(call, answer),
      batchAppend: (call: grpc.ServerDuplexStream<unknown, unknown>) => this.batchAppend(call),
      delete: unimplemented,
      tombstone: unimplemented,
    });
    server.addService(featuresService.ServerFeaturesService as unknown as grpc.ServiceDefinition, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<SupportedMethods>) => this.tellFeatures(answer),
    });
    server.addService(gossipService.GossipService as unknown as grpc.ServiceDefinition, {
      read: (_: unknown, answer: sendUnaryData<ClusterInfo>) => answer(null, clusterOfOne(this.proxy.port)),
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', this.credentials(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    this.server = server;
    this.proxy.aimAt(port);
  }

  private credentials(): grpc.ServerCredentials {
    const { security } = this;
    if (!security) return grpc.ServerCredentials.createInsecure();
    const pair = { cert_chain: security.certificate, private_key: security.key };
    return grpc.ServerCredentials.createSsl(null, [pair]);
  }

  /** Why a call is not answered as it should be. */
  private refused({ metadata }: { readonly metadata: grpc.Metadata }, stream = ''): Refusal | undefined {
    const { faults, security } = this;
    if (faults.notReady) return notReady();
    if (faults.denied) return denial();
    if (faults.protectedPrefix !== undefined && stream.startsWith(faults.protectedPrefix)) return denial();
    if (!security) return undefined;
    const [told] = metadata.get('authorization');
    if (told === undefined) return denial();
    return told === `Basic ${Buffer.from(security.user).toString('base64')}` ? undefined : unknownUser();
  }

  private count(method: string): void {
    this.calls.set(method, (this.calls.get(method) ?? 0) + 1);
  }

  private tellFeatures(answer: sendUnaryData<SupportedMethods>): void {
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName('batchappend');
    const supported = new features.SupportedMethods();
    supported.setMethodsList([method]);
    supported.setEventStoreServerVersion(this.faults.version);
    answer(null, supported);
  }

  private read(call: ServerWritableStream<ReadReq, ReadResp>): void {
    const options = call.request.getOptions()!;
    if (options.hasSubscription()) {
      this.count('subscribe');
      const refused = this.refused(call);
      if (refused) return void call.emit('error', refused);
      this.subscribers.add(call, options, randomUUID());
      return;
    }
    this.count('read');
    if (this.faults.mute) return;
    const refused = this.refused(call);
    if (refused) return void call.emit('error', refused);
    void answerRead(call, options, this.book);
  }

  private async append(
    call: ServerReadableStream<AppendReq, AppendResp>,
    answer: sendUnaryData<AppendResp>,
  ): Promise<void> {
    this.count('append');
    const parts = partsOf(call);
    const options = (await parts.next())?.getOptions();
    if (this.faults.mute || !options) return;
    const stream = nameOf(options.getStreamIdentifier());
    // Before the events have come; and what is too large, before all of it has.
    const refused = this.refused(call, stream);
    if (refused) return answer(refused);
    const proposed: Proposed[] = [];
    for (let bytes = 0, part = await parts.next(); part; part = await parts.next()) {
      const event = proposedOf(part.getProposedMessage()!);
      if ((bytes += sizeOf(event)) > mostBytes) return answer(tooLarge(mostBytes));
      proposed.push(event);
    }
    if (parts.broken()) return;
    if (this.faults.take('reset-before-append')) return this.proxy.reset();
    const expected = expectedOf(options);
    this.expectations.push(expected);
    if (this.faults.appendMs > 0) await new Promise((resolve) => setTimeout(resolve, this.faults.appendMs));
    const outcome = this.book.append(stream, expected, proposed, Date.now());
    if (outcome.kind === 'done') this.subscribers.wake();
    if (this.faults.take('reset-after-append')) return this.proxy.reset();
    if (this.faults.take('time-out-after-append')) return answer(timedOut());
    if (this.faults.take('misleading-revision') && outcome.kind === 'wrong-version')
      return answer(
        null,
        appendAnswer({ kind: 'wrong-version', current: outcome.current + 1_000 }, expected),
      );
    answer(null, appendAnswer(outcome, expected));
  }

  /** One failing append of a batch ends the stream that all share: whoever uses it loses every other append with it. */
  private batchAppend(call: grpc.ServerDuplexStream<unknown, unknown>): void {
    this.count('batchAppend');
    call.on('data', () => call.emit('error', refusal(grpc.status.UNKNOWN, 'batch append failed')));
    call.on('error', () => undefined);
  }
}

/** The messages of a call one by one, undefined at its end; when it broke off in the middle, what has come is no append. */
function partsOf(call: ServerReadableStream<AppendReq, AppendResp>) {
  let broken = false;
  call.on('error', () => (broken = true));
  call.on('cancelled', () => (broken = true));
  const messages = (call as AsyncIterable<AppendReq>)[Symbol.asyncIterator]();
  const next = async (): Promise<AppendReq | undefined> => {
    try {
      const { done, value } = await messages.next();
      return done ? undefined : (value as AppendReq);
    } catch {
      broken = true;
      return undefined;
    }
  };
  return { next, broken: () => broken };
}

function unimplemented(_: unknown, answer: sendUnaryData<Empty>): void {
  answer(refusal(grpc.status.UNIMPLEMENTED, 'not part of the stand-in'));
}
