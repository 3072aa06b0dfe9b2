import {
  type Clock,
  foldBatch,
  hasMoved,
  isGone,
  KeyedMutex,
  type LogMessage,
  type MessageLog,
  partitionOf,
  Registry,
  restoreView,
  type Stage,
  viewName,
  type ViewStore,
} from '@coxa/eventing';
import { CLOCK, MESSAGE_LOG, VIEW_STORE } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';
import { group } from '../consumers/check-ins.consumer.js';
import { Programmes } from '../programme/programmes.js';
import { batchOf, keyOfMessage, sessionsFold } from './session-fold.js';
import { SessionMeasurer } from './session-measurer.js';
import { docKey, idleMs, openKey, patientOf, type SessionDoc } from './session.js';

/** When a session last heard of, by the machine's clock and by the programme's: either may end it. */
interface LastHeard {
  readonly machine: number;
  readonly clock: number;
}

const portion = 500;

const sourceOf = (partition: number): string => `readings/${partition}`;

function isReadable(message: LogMessage): boolean {
  try {
    batchOf(message);
    return true;
  } catch {
    return false;
  }
}

/** Folds batches into sessions, ends them, and turns each into a measurement. Everything it knows lies in the view. */
@Injectable()
export class SessionKeeper implements Stage {
  readonly name = 'sessions';
  readonly fold;
  readonly view: string;
  private readonly open = new Map<string, LastHeard>();
  private readonly turn = new KeyedMutex();
  /** The view is read and written by one at a time: a batch that comes while its session is ended must not be forgotten. */
  private readonly folding = new KeyedMutex();
  private readonly measurer: SessionMeasurer;
  /** Highest offset that was ever folded into the view, by partition. */
  private readonly folded = new Map<number, number>();
  private taken = false;
  private mine: readonly number[] = [];
  private partitions = 1;

  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(MESSAGE_LOG) private readonly log: MessageLog,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.fold = sessionsFold(programmes.names.readings);
    this.view = viewName(this.fold);
    this.measurer = new SessionMeasurer({ programmes, views, view: this.view, log, registry });
  }

  /** Whether it is known which sessions are to be looked after here. */
  get ready(): boolean {
    return this.taken;
  }

  /** Takes up the open sessions of the patients that are looked after here from now on; their idle time counts from now. */
  async takeUp(partitions: readonly number[]): Promise<void> {
    const mine = new Set(partitions);
    this.mine = partitions;
    if (await isGone(this.views, this.view)) await this.alone(() => this.restore());
    this.partitions = (await this.log.offsets(this.programmes.names.readings)).length;
    await this.catchUp(mine);
    const left = await this.views.list(this.view, { from: 'open/', to: 'open0' });
    this.open.clear();
    for (const { key } of left) {
      const session = key.slice('open/'.length);
      if (mine.has(partitionOf(patientOf(session), this.partitions))) this.hear(session);
    }
    this.taken = true;
  }

  /**
   * Folds what the group has committed and the view does not hold: a view is saved a little later than the offsets of a cluster,
   * and it may have been lost altogether.
   */
  private async catchUp(mine: ReadonlySet<number>): Promise<void> {
    const topic = this.programmes.names.readings;
    const positions = await this.views.positions(this.view);
    for (const { partition, start, committed } of await this.log.offsets(topic, group)) {
      if (!mine.has(partition)) continue;
      let next = Math.max(start, (positions[`readings/${partition}`] ?? -1) + 1);
      while (next < (committed ?? 0)) {
        const messages = await this.log.read(topic, partition, next, portion);
        if (messages.length === 0) break;
        next = messages.at(-1)!.offset + 1;
        // What cannot be read was parked when it was consumed.
        const sound = messages.filter(({ offset }) => offset < committed!).filter(isReadable);
        if (sound.length > 0) await this.take(partition, sound);
      }
    }
  }

  settled(): boolean {
    return [...this.open.values()].every((heard) => !this.isIdle(heard));
  }

  /** Adds messages of the readings topic to the view and measures the sessions that end with them. */
  async take(partition: number, messages: readonly LogMessage[]): Promise<void> {
    await this.alone(async () => {
      try {
        await this.foldNew(partition, messages);
      } catch (error) {
        if (!hasMoved(error)) throw error;
        await this.restore();
        await this.foldNew(partition, messages);
      }
    });
    const sessions = new Set(messages.map(keyOfMessage));
    for (const session of sessions) this.hear(session);
    for (const session of sessions) await this.endIfOver(session);
  }

  private async foldNew(partition: number, messages: readonly LogMessage[]): Promise<void> {
    const standing = async () => (await this.views.positions(this.view))[sourceOf(partition)] ?? -1;
    let position = await standing();
    // An older copy: what it lacks is folded again, for the group has committed it.
    if (position < (this.folded.get(partition) ?? -1)) {
      await this.restore();
      position = await standing();
    }
    const fresh = messages.filter(({ offset }) => offset > position);
    if (fresh.length > 0) await this.foldInto(this.view, partition, fresh);
  }

  private async foldInto(view: string, partition: number, messages: readonly LogMessage[]): Promise<void> {
    const changes = await foldBatch(this.fold, messages.filter(isReadable), this.views, view);
    const last = messages.at(-1)!.offset;
    await this.views.commit(view, changes, { [sourceOf(partition)]: last });
    if (view === this.view) this.folded.set(partition, Math.max(last, this.folded.get(partition) ?? -1));
  }

  /** Makes a view anew that was lost; what retention has taken from the log is not in it again. */
  private async restore(): Promise<void> {
    const { log, views, view } = this;
    const topic = this.programmes.names.readings;
    const fold: typeof this.foldInto = (target, partition, messages) =>
      this.foldInto(target, partition, messages);
    const mine = new Set(this.mine);
    await restoreView({ log, views, topic, view, group, mine, known: this.folded, sourceOf, fold });
  }

  /** Folds in messages that had been set aside: they lie before the view's position. */
  async takeAgain(messages: readonly LogMessage[]): Promise<void> {
    await this.alone(async () =>
      this.views.commit(this.view, await foldBatch(this.fold, messages, this.views, this.view), {}),
    );
    const sessions = new Set(messages.map(keyOfMessage));
    for (const session of sessions) this.hear(session);
    for (const session of sessions) await this.endIfOver(session);
  }

  /** Ends idle sessions until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    // Of a device that is not known yet the mounting would be missed.
    await this.registry.ready(signal);
    while (!signal.aborted) {
      if (await isGone(this.views, this.view)) await this.takeUp(this.mine);
      for (const [session, heard] of this.open) if (this.isIdle(heard)) await this.endIfOver(session);
      const tick = AbortSignal.any([signal, AbortSignal.timeout(1_000)]);
      // Wakes each second of the machine, and when the programme's clock has moved far enough.
      await this.clock.waitUntil(this.clock.now() + idleMs, tick);
    }
  }

  private hear(session: string): void {
    this.open.set(session, { machine: performance.now(), clock: this.clock.now() });
  }

  private isIdle({ machine, clock }: LastHeard): boolean {
    return performance.now() - machine >= idleMs || this.clock.now() - clock >= idleMs;
  }

  private endIfOver(session: string): Promise<void> {
    return this.turn.run(session, async () => {
      const heard = this.open.get(session);
      const doc = await this.docOf(session);
      if (!heard || !doc || (doc.ended === null && !this.isIdle(heard))) return;
      if (doc.stale) await this.measurer.measure(session, doc);
      await this.alone(() => this.close(session, doc));
    });
  }

  /** Writes down that a session was measured, unless more of it has come meanwhile: then it stays open, to be measured anew. */
  private async close(session: string, measured: SessionDoc): Promise<void> {
    const source = `readings/${partitionOf(patientOf(session), this.partitions)}`;
    // The position goes along unchanged: should another process have the partition by now, the view has moved, and nothing is written.
    const { [source]: position } = await this.views.positions(this.view);
    const doc = await this.docOf(session);
    if (!doc || doc.samples !== measured.samples || !this.open.has(session)) return;
    const done: SessionDoc = { ...doc, ended: measured.ended ?? 'idle', stale: false };
    await this.views.commit(
      this.view,
      [
        { key: docKey(session), value: done },
        { key: openKey(session), value: undefined },
      ],
      position === undefined ? {} : { [source]: position },
    );
    this.open.delete(session);
  }

  private async docOf(session: string): Promise<SessionDoc | undefined> {
    const [doc] = (await this.views.get(this.view, [docKey(session)])) as (SessionDoc | undefined)[];
    return doc;
  }

  private alone<T>(task: () => Promise<T>): Promise<T> {
    return this.folding.run('view', task);
  }
}
