import type { LogPosition, MessageLog, PartitionOffsets } from '../ports/message-log.js';
import { pause } from '../util/backoff.js';

/** Somebody who waits for what comes here next asks the log only after so long: all that it could tell is that there is no such message. */
const sureMs = 500;
/** The same of a partition of which nothing has come here yet: somebody else may have handled it before. */
const patienceMs = 50;
/** Nobody asks the log where a group stands more often, however many wait. */
const pollMs = 20;

/** What has become of a message: handled in this process since it was assigned the partition, handled by somebody, not yet, or it does not exist. */
export type Passed = 'here' | 'somewhere' | 'late' | 'unknown';

/** What this process has handled of a partition since it was assigned: from `from` up to, not including, `next`. */
interface Place {
  from: number;
  next: number;
  /** Another assignment has come since. */
  over: boolean;
  readonly waiting: Set<() => void>;
}

interface Poll {
  readonly began: number;
  next: Promise<PartitionOffsets[]> | undefined;
}

/**
 * How far consumers have come. What is consumed in this process is known without asking anybody: to ask a cluster again and again while
 * somebody waits cost more than everything else that a check-in needs. For what is consumed elsewhere all who wait share their questions.
 */
export class Progress {
  private readonly places = new Map<string, Place>();
  private readonly polls = new Map<string, Poll>();

  constructor(private readonly log: MessageLog) {}

  /** The partitions of a topic that are this process's from now on, and no others; those that it had count as new. */
  assigned(group: string, topic: string, partitions: readonly number[]): void {
    const mine = nameOf(group, topic, '');
    for (const [name, place] of [...this.places]) {
      if (!name.startsWith(mine)) continue;
      this.places.delete(name);
      place.over = true;
      for (const wake of [...place.waiting]) wake();
    }
    for (const partition of partitions)
      this.places.set(nameOf(group, topic, partition), {
        from: Infinity,
        next: -1,
        over: false,
        waiting: new Set(),
      });
  }

  /** For a batch that begins at `first`: tells that everything before an offset has been handled. What is told after another assignment counts no more. */
  teller(group: string, topic: string, partition: number, first: number): (next: number) => void {
    const place = this.places.get(nameOf(group, topic, partition));
    return (next) => {
      if (!place || place.over) return;
      place.from = Math.min(place.from, first);
      place.next = Math.max(place.next, next);
      for (const wake of [...place.waiting]) wake();
    };
  }

  /** Waits until a message has been handled. */
  async passed(group: string, { topic, partition, offset }: LogPosition, timeoutMs: number): Promise<Passed> {
    const deadline = performance.now() + timeoutMs;
    const left = () => Math.max(0, deadline - performance.now());
    const name = nameOf(group, topic, partition);
    for (let patience = patienceMs; ; patience = pollMs) {
      const place = this.places.get(name);
      const wait = place && comesHere(place, offset) ? sureMs : patience;
      if (place && (await reached(place, offset, Math.min(wait, left())))) return 'here';
      const found = (await this.look(group, topic)).find((each) => each.partition === partition);
      if (!found || offset >= found.end) return 'unknown';
      if (place && covers(place, offset)) return 'here';
      if ((found.committed ?? 0) > offset) return 'somewhere';
      if (left() === 0) return 'late';
    }
  }

  /** Waits until a group has handled everything that its topic holds now. */
  async passedAll(group: string, topic: string, timeoutMs: number): Promise<boolean> {
    const places = await this.look(group, topic);
    const left = places.filter(({ start, end, committed }) => end > start && (committed ?? start) < end);
    const outcomes = await Promise.all(
      left.map(({ partition, end }) => this.passed(group, { topic, partition, offset: end - 1 }, timeoutMs)),
    );
    return !outcomes.includes('late');
  }

  /** Where the group stands, not older than the question; questions of the same time are asked once. */
  private look(group: string, topic: string): Promise<PartitionOffsets[]> {
    const name = nameOf(group, topic, '');
    const before = this.polls.get(name);
    if (before?.next) return before.next;
    const wait = before ? Math.max(0, before.began + pollMs - performance.now()) : 0;
    const ask = async () => {
      if (wait > 0) await pause(wait);
      this.polls.set(name, { began: performance.now(), next: undefined });
      return this.log.offsets(topic, group);
    };
    const next = ask();
    if (wait > 0) before!.next = next;
    return next;
  }
}

const nameOf = (group: string, topic: string, partition: number | ''): string =>
  `${group} ${topic} ${partition}`;

const covers = ({ from, next, over }: Place, offset: number): boolean =>
  !over && offset >= from && offset < next;

/** Whether a message is one of those that this process handles, has handled, or will. */
const comesHere = ({ from, next, over }: Place, offset: number): boolean =>
  !over && next >= 0 && offset >= from;

/** Whether a message has been handled here, at the latest in so many milliseconds. */
function reached(place: Place, offset: number, timeoutMs: number): Promise<boolean> {
  // What lies before that was handled by whoever had the partition then.
  const hopeless = () => place.over || (place.next >= 0 && offset < place.from);
  if (covers(place, offset) || hopeless()) return Promise.resolve(covers(place, offset));
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      place.waiting.delete(wake);
      resolve(covers(place, offset));
    };
    const wake = () => {
      if (covers(place, offset) || hopeless()) end();
    };
    const timer = setTimeout(end, timeoutMs);
    place.waiting.add(wake);
  });
}
