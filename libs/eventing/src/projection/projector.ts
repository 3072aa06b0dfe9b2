import { EngineError } from '../errors.js';
import type { EventStore, StoredEvent } from '../ports/event-store.js';
import type { ViewStore } from '../ports/view-store.js';
import { pause } from '../util/backoff.js';
import { KeyedMutex } from '../util/keyed-mutex.js';
import { Wakeups } from '../util/wakeups.js';
import { foldBatch } from './fold-batch.js';
import { type Projection, viewName } from './projection.js';
import { sameEntries } from './same-entries.js';

const source = 'events';
/** How often it is looked whether the views are still there. */
const watchMs = 1_000;
const batchSize = 1_000;
const lookEveryMs = 10;
/** What changes nothing in a view is saved so much later, together: other processes see it pass by then. */
const passedMs = 50;

/**
 * Keeps views equal to the fold of the event store: one pull loop for all of them, view and position in one step.
 * One process at a time runs it.
 * The first fault of a projection ends the loop (`run` rejects): a wrong view is worse than a late one.
 */
export class Projector {
  private readonly positions = new Map<string, number | null>();
  private readonly saved = new Map<string, number>();
  /** Views that have stood somewhere in this process: one of them that stands nowhere has been lost. */
  private readonly stood = new Set<string>();
  private folding = false;
  private lookedAt = -Infinity;
  private readonly turn = new KeyedMutex();
  private readonly passing = new Wakeups();

  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    readonly projections: readonly Projection[],
    /** Several processes share the views, and one of them folds: each position is saved, so that the others see it. */
    private readonly shared = false,
  ) {}

  /** Folds until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.takeUp();
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    this.folding = true;
    const parts = [this.follow(either), this.watch(either), this.pass(either)];
    try {
      await Promise.all(parts);
    } finally {
      this.folding = false;
      stop.abort();
      await Promise.allSettled(parts);
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for await (const message of this.store.subscribe(this.slowest(), signal)) {
      if (message.kind === 'events') await this.exclusive(() => this.foldAll(message.events));
    }
  }

  /** Goes on from where the views stand; those that were lost are made anew beside their places, readers being refused meanwhile. */
  private async takeUp(): Promise<void> {
    await this.load();
    const lost = this.projections.filter(
      ({ name }) => this.stood.has(name) && this.positions.get(name) === null,
    );
    if (lost.length > 0) await this.rebuild(lost.map(({ name }) => name));
  }

  /** A store that loses views tells nobody: it is looked whether they stand where they were left, also while nothing is written. */
  private async watch(signal: AbortSignal): Promise<void> {
    for (await pause(watchMs, signal); !signal.aborted; await pause(watchMs, signal))
      await this.exclusive(async () => {
        for (const projection of this.projections) {
          const { [source]: at = -1 } = await this.views.positions(viewName(projection));
          if (at !== (this.saved.get(projection.name) ?? -1))
            throw new EngineError('view-moved', `the view ${projection.name} is not where it was left`);
        }
      });
  }

  /** Several processes look at where the views stand: what changed nothing in one is saved too, but not with each event. */
  private async pass(signal: AbortSignal): Promise<void> {
    for (let next = this.passing.next(signal); !signal.aborted;) {
      await next.woken;
      // Before it is saved, so that nothing slips by.
      next = this.passing.next(signal);
      await pause(passedMs, signal);
      if (!signal.aborted) await this.exclusive(() => this.savePassed());
    }
  }

  private async savePassed(): Promise<void> {
    await Promise.all(
      this.projections.map(async (projection) => {
        const { name } = projection;
        const position = this.positions.get(name) ?? -1;
        if (position <= (this.saved.get(name) ?? -1)) return;
        await this.views.commit(viewName(projection), [], { [source]: position });
        this.stands(name, position);
      }),
    );
  }

  /** True when every view has folded everything up to `position` (null: nothing to wait for), here or wherever it is folded. */
  async reached(position: number | null): Promise<boolean> {
    if (position === null) return true;
    if (this.shared && !this.folding) await this.look();
    return this.projections.every(({ name }) => (this.positions.get(name) ?? -1) >= position);
  }

  /** Folds views anew beside those in use, all in one pass, then puts them in their places; readers see the old ones until then. */
  async rebuild(names: readonly string[], onProgress?: (done: number) => void): Promise<void> {
    const rebuilt = names.map((name) => this.named(name));
    const fresh = (projection: Projection) => `${viewName(projection)}~rebuild`;
    for (const projection of rebuilt) await this.views.replace(fresh(projection), null);
    const targets = rebuilt.map((projection) => ({ projection, view: fresh(projection) }));
    const built = await this.foldInto(targets, null, await this.present(), onProgress);
    await this.exclusive(async () => {
      const last = await this.foldInto(targets, built, await this.present());
      for (const projection of rebuilt) {
        await this.views.commit(fresh(projection), [], last === null ? {} : { [source]: last });
        await this.views.replace(viewName(projection), fresh(projection));
        this.positions.set(projection.name, last);
        this.stands(projection.name, last);
      }
    });
  }

  /** Folds the view anew beside the one in use and compares, entry by entry. */
  async verify(name: string): Promise<boolean> {
    const projection = this.named(name);
    const check = `${viewName(projection)}~verify`;
    await this.views.replace(check, null);
    try {
      const targets = [{ projection, view: check }];
      await this.load();
      // Not further than the view itself stands: it may be behind the store.
      const built = await this.foldInto(targets, null, this.positions.get(name) ?? -1);
      return await this.exclusive(async () => {
        await this.load();
        await this.foldInto(targets, built, this.positions.get(name) ?? -1);
        return sameEntries(this.views, viewName(projection), check);
      });
    } finally {
      await this.views.replace(check, null);
    }
  }

  /** Reads the saved positions, not more often than need be: many may be waiting for them. */
  private async look(): Promise<void> {
    const now = performance.now();
    if (now - this.lookedAt < lookEveryMs) return;
    this.lookedAt = now;
    await this.load();
  }

  /** Whether it is this process that folds. */
  get folds(): boolean {
    return this.folding;
  }

  /**
   * Reads the saved positions; needed once before `reached` tells anything. Whoever folds knows better: what passes a view is saved only
   * later, and an answer that was asked for before may come when folding has long begun.
   */
  async load(): Promise<void> {
    if (this.folding) return;
    const asked = this.projections.map((projection) => this.views.positions(viewName(projection)));
    const found = await Promise.all(asked);
    if (this.folding) return;
    this.projections.forEach(({ name }, i) => {
      const at = found[i]![source] ?? null;
      this.positions.set(name, at);
      this.stands(name, at);
    });
  }

  private stands(name: string, position: number | null): void {
    this.saved.set(name, position ?? -1);
    if (position !== null) this.stood.add(name);
  }

  /** Runs a task while nothing is folded into the views. */
  exclusive<T>(task: () => Promise<T>): Promise<T> {
    return this.turn.run('fold', task);
  }

  /** Puts `by`, brought up to where the view stands, in its place, and keeps the old one under the name `keep`. Within `exclusive`. */
  async takePlace(name: string, by: string, keep: string): Promise<void> {
    await this.bringUp(name, by);
    const view = viewName(this.named(name));
    await this.views.replace(view, by, keep);
    // The others go on from where they are: what changed nothing in them is not saved, and would not be folded again.
    const { [source]: at = null } = await this.views.positions(view);
    this.positions.set(name, at);
    this.stands(name, at);
  }

  /** Folds what came since into a view beside the one in use, to where that one stands now. */
  async bringUp(name: string, view: string, onProgress?: (done: number) => void): Promise<void> {
    const { [source]: after = null } = await this.views.positions(view);
    const upTo = this.positions.get(name) ?? -1;
    await this.foldInto([{ projection: this.named(name), view }], after, upTo, onProgress);
  }

  private async foldAll(events: readonly StoredEvent[]): Promise<void> {
    await Promise.all(
      this.projections.map(async (projection) => {
        const after = this.positions.get(projection.name) ?? -1;
        const news = events.filter((event) => event.position > after);
        if (news.length === 0) return;
        const view = viewName(projection);
        const changes = await foldBatch(projection, news, this.views, view);
        const last = news.at(-1)!.position;
        // What changes nothing need not be written each time: after a restart it is passed over again.
        const skipped = last - (this.saved.get(projection.name) ?? -1);
        if (changes.length > 0 || skipped >= batchSize) {
          await this.views.commit(view, changes, { [source]: last });
          this.stands(projection.name, last);
        } else if (this.shared) this.passing.wake();
        this.positions.set(projection.name, last);
      }),
    );
  }

  private async fold(projection: Projection, view: string, events: readonly StoredEvent[]): Promise<void> {
    const changes = await foldBatch(projection, events, this.views, view);
    await this.views.commit(view, changes, { [source]: events.at(-1)!.position });
  }

  /** Where the store stands now: who folds up to its end may never come there while events go on coming. */
  private async present(): Promise<number> {
    return (await this.store.head()) ?? -1;
  }

  /** Folds what lies in (after, upTo] into views; answers the last position folded. */
  private async foldInto(
    targets: readonly { readonly projection: Projection; readonly view: string }[],
    after: number | null,
    upTo: number,
    onProgress?: (done: number) => void,
  ): Promise<number | null> {
    let last = after;
    for (let done = 0; ;) {
      const read = await this.store.readAll(last, batchSize);
      const events = read.filter((event) => event.position <= upTo);
      if (events.length === 0) return last;
      await Promise.all(targets.map(({ projection, view }) => this.fold(projection, view, events)));
      last = events.at(-1)!.position;
      onProgress?.((done += events.length));
    }
  }

  private slowest(): number | null {
    const all = [...this.positions.values()];
    return all.some((position) => position === null) ? null : Math.min(...(all as number[]));
  }

  /** @throws RangeError when there is none of that name */
  named(name: string): Projection {
    const found = this.projections.find((projection) => projection.name === name);
    if (!found) throw new RangeError(`no view is called ${name}`);
    return found;
  }
}
