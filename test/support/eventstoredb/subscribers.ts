import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Book } from './book.js';
import { invalidPosition, timedOut } from './refusals.js';
import {
  caughtUp,
  checkpointAnswer,
  confirmation,
  eventAnswer,
  fellBehind,
  filterOf,
  type Place,
} from './wire.js';

type Call = ServerWritableStream<ReadReq, ReadResp>;

/** Events that the server puts into one page when it catches up. */
const batch = 32;

const after = (one: Place, other: Place): boolean =>
  one.commit > other.commit || (one.commit === other.commit && one.prepare > other.prepare);

/** One filtered subscription to all, by the rules of the real server as its source says them (Enumerator.AllSubscriptionFiltered). */
class Subscriber {
  /** Index of the next event to look at. */
  private next: number;
  /** What was last sent, event or checkpoint: only later ones follow. */
  private checkpoint: Place;
  private told: Place = { commit: -1, prepare: -1 };
  /** Where the page begins that is read. */
  private page: Place;
  private considered = 0;
  private live = false;
  private blocked = false;
  private readonly wants: ReturnType<typeof filterOf>;
  private readonly window: number;
  private readonly interval: number;

  constructor(
    private readonly call: Call,
    private readonly book: Book,
    options: ReadReq.Options,
    from: Place,
    private readonly onSent: () => void,
  ) {
    const filter = options.getFilter();
    this.wants = filterOf(options);
    this.window = filter?.getMax() || batch;
    this.interval = this.window * (filter?.getCheckpointintervalmultiplier() || 1);
    this.checkpoint = this.page = from;
    this.next = book.indexAt(from.commit + (from.prepare > 0 ? 1 : 0));
  }

  send(): void {
    while (!this.blocked && !this.call.cancelled) {
      if (!this.live) this.catchUp();
      else if (this.next < this.book.all.length) this.consider();
      else return;
    }
  }

  /** One page; the end of the log makes it live. */
  private catchUp(): void {
    let [found, looked] = [0, 0];
    const begun = this.next;
    while (found < batch && looked < this.window && this.next < this.book.all.length) {
      const kept = this.book.all[this.next++]!;
      looked++;
      if (!this.wants(kept)) continue;
      found++;
      this.write(eventAnswer(kept));
      this.onSent();
      this.checkpoint = { commit: kept.position, prepare: kept.position };
    }
    // Where the page began counts as looked at, once anything was: that place is behind a record, and no event's own.
    if (looked > 0 && after(this.page, this.checkpoint)) this.checkpoint = this.page;
    if (this.next > begun) this.page = { commit: this.book.all[this.next - 1]!.next, prepare: 0 };
    this.considered += looked;
    const ended = found < batch && looked < this.window;
    if (ended || this.considered >= this.interval) {
      this.considered %= this.interval;
      this.tellCheckpoint(this.checkpoint);
    }
    if (!ended) return;
    this.live = true;
    this.write(caughtUp());
  }

  private consider(): void {
    const kept = this.book.all[this.next++]!;
    const place = { commit: kept.position, prepare: kept.position };
    if (this.wants(kept)) {
      this.write(eventAnswer(kept));
      this.onSent();
      this.checkpoint = place;
    }
    if (++this.considered < this.interval) return;
    this.considered = 0;
    this.checkpoint = place;
    this.tellCheckpoint(place);
  }

  private tellCheckpoint(place: Place): void {
    if (place.commit < 0 || !after(place, this.told)) return;
    this.told = place;
    this.write(checkpointAnswer(place));
  }

  private write(answer: ReadResp): void {
    if (this.call.write(answer) || this.blocked) return;
    this.blocked = true;
    this.call.once('drain', () => {
      this.blocked = false;
      // What came meanwhile would not have found room: it is read from the log.
      if (this.live && this.next < this.book.all.length) this.fallBehind();
      this.send();
    });
  }

  private fallBehind(): void {
    this.live = false;
    this.page = this.checkpoint;
    this.write(fellBehind());
    this.tellCheckpoint(this.checkpoint);
  }
}

/** Those who follow all events of the stand-in. */
export class Subscribers {
  /** Where each subscription began: the position it asked to be after, -1 for the beginning. */
  readonly began: number[] = [];
  /** Events sent to all subscriptions together. */
  sent = 0;
  private readonly those = new Map<Call, Subscriber>();

  constructor(private readonly book: Book) {}

  add(call: Call, options: ReadReq.Options, id: string): void {
    const all = options.getAll()!;
    const asked = all.getPosition();
    const from = asked
      ? { commit: Number(asked.getCommitPosition()), prepare: Number(asked.getPreparePosition()) }
      : { commit: -1, prepare: -1 };
    this.began.push(from.commit);
    if (asked && !this.book.mayBeReadFrom(from.commit)) return void call.emit('error', invalidPosition());
    const subscriber = new Subscriber(call, this.book, options, from, () => this.sent++);
    this.those.set(call, subscriber);
    const gone = () => this.those.delete(call);
    call.on('cancelled', gone);
    call.on('close', gone);
    call.on('error', gone);
    call.write(confirmation(id));
    subscriber.send();
  }

  /** Something was appended. */
  wake(): void {
    for (const subscriber of this.those.values()) subscriber.send();
  }

  get open(): number {
    return this.those.size;
  }

  drop(): void {
    for (const call of [...this.those.keys()]) call.emit('error', timedOut());
    this.those.clear();
  }
}
