import grpc from '@grpc/grpc-js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Book } from './book.js';
import { caughtUp, checkpointAnswer, confirmation, eventAnswer, filterOf } from './wire.js';

type Call = ServerWritableStream<ReadReq, ReadResp>;

interface Subscriber {
  readonly call: Call;
  readonly wants: ReturnType<typeof filterOf>;
  /** Events looked at after which a checkpoint is sent. */
  readonly window: number;
  /** Index of the next event to look at. */
  next: number;
  unmarked: number;
  live: boolean;
  blocked: boolean;
}

/** Subscriptions to all events: catch up, say so, then follow, no faster than the reader takes it. */
export class Subscribers {
  /** Where each subscription began: the position it asked to be after, -1 for the beginning. */
  readonly began: number[] = [];
  /** Events sent to all subscriptions together. */
  sent = 0;
  private readonly those = new Set<Subscriber>();

  constructor(private readonly book: Book) {}

  add(call: Call, options: ReadReq.Options, id: string): void {
    const all = options.getAll()!;
    const after = all.hasPosition() ? Number(all.getPosition()!.getCommitPosition()) : -1;
    this.began.push(after);
    const first = all.hasEnd()
      ? this.book.all.length
      : this.book.all.findIndex(({ position }) => position > after);
    const filter = options.getFilter();
    const subscriber: Subscriber = {
      call,
      wants: filterOf(options),
      window: (filter?.getMax() || 32) * (filter?.getCheckpointintervalmultiplier() || 1),
      next: first < 0 ? this.book.all.length : first,
      unmarked: 0,
      live: false,
      blocked: false,
    };
    this.those.add(subscriber);
    const gone = () => this.those.delete(subscriber);
    call.on('cancelled', gone);
    call.on('close', gone);
    call.on('error', gone);
    call.write(confirmation(id));
    this.send(subscriber);
  }

  /** Something was appended. */
  wake(): void {
    for (const subscriber of this.those) this.send(subscriber);
  }

  get open(): number {
    return this.those.size;
  }

  drop(): void {
    for (const { call } of [...this.those])
      call.emit(
        'error',
        Object.assign(new Error('slow'), {
          code: grpc.status.ABORTED,
          details: 'Operation timed out',
          metadata: new grpc.Metadata(),
        }),
      );
    this.those.clear();
  }

  private send(subscriber: Subscriber): void {
    const { call, wants, window } = subscriber;
    while (!subscriber.blocked && subscriber.next < this.book.all.length) {
      const kept = this.book.all[subscriber.next++]!;
      let room = true;
      if (wants(kept)) {
        this.sent++;
        room = call.write(eventAnswer(kept));
      }
      if (++subscriber.unmarked >= window) {
        subscriber.unmarked = 0;
        room = call.write(checkpointAnswer(kept.position)) && room;
      }
      if (room) continue;
      subscriber.blocked = true;
      call.once('drain', () => {
        subscriber.blocked = false;
        this.send(subscriber);
      });
    }
    if (!subscriber.live && !subscriber.blocked) {
      subscriber.live = true;
      call.write(caughtUp());
    }
  }
}
