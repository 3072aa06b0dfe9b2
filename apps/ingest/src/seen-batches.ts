import { LRUCache } from 'lru-cache';
import {
  hasMoved,
  type LogBatch,
  type LogMessage,
  type LogPosition,
  type MessageLog,
  partitionOf,
  pause,
  type ViewChange,
  type ViewStore,
} from '@coxa/eventing';
import { FoldedView } from './folded-view.js';
import { chunkKeyOf, type Place, SeenChunk } from './seen-chunk.js';

/** Where the log's messages carry device, session and sequence. */
export const batchHeader = 'ce_id';

/** Chunks at hand: as many sessions as may be under way at once. */
const chunksKept = 8_000;
/** What is not folded yet is held in memory, 250 bytes each. So far behind is the index only when whatever folds it has stopped. */
const mostUnfolded = 100_000;
/** The index is folded a little behind, so that a chunk is written once for many batches of its session. */
const gatherMs = 25;
const portion = 500;
const othersKeptMs = 250;

/** A batch on its way to the log, or there but not folded yet. */
export interface Fresh {
  /** Until it is durable, as is the next. */
  bytes: Uint8Array | undefined;
  durable: Promise<readonly LogPosition[]> | undefined;
  place: Place | undefined;
}

export type KnownBatch =
  | ({ readonly kind: 'stored' } & Place)
  /** Under way: its bytes, and where they lie (first of the list) once they are durable. */
  | { readonly kind: 'fresh'; readonly bytes: Uint8Array; readonly durable: Promise<readonly LogPosition[]> };

/**
 * Tells which batches have been taken. A view folded from the topic itself, with one entry for some sequences in a row of a session, and in
 * front of it what is on its way or not folded yet: two requests with the same sequence at the same moment meet here.
 */
export class SeenBatches {
  private readonly fresh = new Map<string, Fresh>();
  private readonly chunks = new LRUCache<string, SeenChunk>({ max: chunksKept });
  private readonly loading = new Map<string, Promise<SeenChunk>>();
  private readonly folded: FoldedView;
  private partitions = 1;
  /** Grows with each assignment: what was asked for before it may be out of date. */
  private term = 0;

  constructor(
    private readonly log: MessageLog,
    private readonly views: ViewStore,
    private readonly options: { readonly topic: string; readonly view: string; readonly signal: AbortSignal },
  ) {
    const { topic, view } = options;
    const fold: typeof this.fold = (target, partition, messages) => this.fold(target, partition, messages);
    this.folded = new FoldedView(log, views, { topic, view, fold, onRestore: () => this.forgetChunks() });
  }

  /**
   * What is known of the batch `key` (session and sequence in one); undefined when it is new, a promise while the view is asked. After that promise another may have been
   * quicker: ask again, and then await nothing before `add`.
   */
  find(
    patientId: string,
    key: string,
    session: string,
    sequence: number,
  ): KnownBatch | undefined | Promise<unknown> {
    const fresh = this.fresh.get(key);
    if (fresh?.place) return { kind: 'stored', ...fresh.place };
    if (fresh) return { kind: 'fresh', bytes: fresh.bytes!, durable: fresh.durable! };
    const chunkKey = chunkKeyOf(session, sequence);
    const chunk = this.chunks.get(chunkKey);
    if (!chunk) return this.load([chunkKey], this.isMine(patientId));
    const place = chunk.find(sequence);
    return place && { kind: 'stored', ...place };
  }

  /** Nothing new may be taken until more is folded. */
  get isFull(): boolean {
    return this.unfolded >= mostUnfolded;
  }

  /** Batches of which the view does not tell yet. */
  get unfolded(): number {
    return this.fresh.size;
  }

  /** Announces a batch that is being made durable; `settle` is to follow. */
  add(key: string, bytes: Uint8Array, durable: Promise<readonly LogPosition[]>): Fresh {
    const fresh: Fresh = { bytes, durable, place: undefined };
    this.fresh.set(key, fresh);
    return fresh;
  }

  /** Where an announced batch lies now; nowhere when that failed. */
  settle(key: string, fresh: Fresh, place: Place | undefined): void {
    if (place && this.folded.isElsewhere(place.partition)) this.forgetWhenTold(key, place);
    if (!place || this.folded.holds(place.partition, place.offset)) this.fresh.delete(key);
    else {
      fresh.place = place;
      fresh.bytes = undefined;
      fresh.durable = undefined;
    }
  }

  /** Folds those partitions from now on, and what of them the view does not hold first. */
  async takeUp(group: string, partitions: readonly number[]): Promise<void> {
    this.partitions = (await this.log.offsets(this.options.topic)).length;
    await this.folded.takeUp(group, partitions);
    // What was to be folded here may be another's to fold now.
    for (const [key, { place }] of this.fresh)
      if (place && this.folded.isElsewhere(place.partition)) this.forgetWhenTold(key, place);
  }

  /** Folds a batch of the topic into the view. */
  async take(batch: LogBatch): Promise<void> {
    await this.folded.take(batch);
    if (batch.messages.length < portion) await pause(gatherMs, this.options.signal);
  }

  /** Answers a check that holds once everything that lies in the topic now is in the view. */
  upToNow(group: string): Promise<() => Promise<boolean>> {
    return this.folded.upToNow(group);
  }

  /** What is at hand may be newer than the view that is left, or older than what others have folded. */
  private forgetChunks(): void {
    this.term++;
    this.chunks.clear();
    this.loading.clear();
  }

  private forgetWhenTold(key: string, place: Place): void {
    this.folded.whenToldElsewhere(place, () => this.fresh.delete(key));
  }

  /** View and position in one step. */
  private async fold(view: string, partition: number, messages: readonly LogMessage[]): Promise<void> {
    const named = byChunk(messages);
    const keys = [...named.keys()];
    const inUse = view === this.options.view;
    const chunks = inUse ? await this.load(keys) : await this.saved(view, keys);
    const last = messages.at(-1)!.offset;
    const changes: ViewChange[] = [];
    for (const [key, batches] of named) {
      const chunk = chunks.get(key)!;
      for (const { sequence, offset } of batches) chunk.note(sequence, { partition, offset });
      // Nobody may load an older one between the change and its commit.
      if (inUse) this.chunks.set(key, chunk);
      changes.push({ key, value: chunk.toJSON() });
    }
    await this.views.commit(view, changes, { [this.folded.sourceOf(partition)]: last });
    this.folded.noteFolded(partition, last);
    for (const batches of named.values()) for (const { key } of batches) this.fresh.delete(key);
  }

  /** The chunks of those keys: at hand, being asked for by somebody else, or asked for now. */
  private async load(keys: readonly string[], mine = true): Promise<Map<string, SeenChunk>> {
    const found = new Map<string, SeenChunk>();
    const missing: string[] = [];
    for (const key of keys) {
      const chunk = this.chunks.get(key);
      if (chunk) found.set(key, chunk);
      else missing.push(key);
    }
    if (missing.length === 0) return found;
    this.ask(
      missing.filter((key) => !this.loading.has(key)),
      mine,
    );
    const loading = missing.map((key) => this.loading.get(key)!);
    const loaded = await Promise.all(loading);
    missing.forEach((key, i) => found.set(key, loaded[i]!));
    return found;
  }

  /** Begins to load what nobody has asked for yet. */
  private ask(keys: readonly string[], mine: boolean): void {
    if (keys.length === 0) return;
    const { term } = this;
    // What others fold is true for a moment only: long enough to be looked at.
    const kept = mine ? {} : { ttl: othersKeptMs };
    const asked = this.saved(this.options.view, keys);
    // Refused until it is mended; nobody else may come by to notice.
    asked.catch((error: unknown) => hasMoved(error) && this.folded.mend());
    for (const key of keys) {
      const chunk = asked.then((saved) => saved.get(key)!);
      this.loading.set(key, chunk);
      chunk
        .then((loaded) => term === this.term && this.chunks.set(key, loaded, kept))
        .finally(() => this.loading.get(key) === chunk && this.loading.delete(key))
        .catch(() => undefined);
    }
  }

  private async saved(view: string, keys: readonly string[]): Promise<Map<string, SeenChunk>> {
    const saved = await this.views.get(view, keys);
    return new Map(keys.map((key, i) => [key, new SeenChunk(saved[i] as number[] | undefined)]));
  }

  private isMine(patientId: string): boolean {
    return !this.folded.isElsewhere(partitionOf(patientId, this.partitions));
  }
}

/** What a message of the topic names. */
interface Named {
  /** Session and sequence in one. */
  readonly key: string;
  readonly sequence: number;
  readonly offset: number;
}

/** What messages name, by the chunk that it belongs to. */
function byChunk(messages: readonly LogMessage[]): Map<string, Named[]> {
  const chunks = new Map<string, Named[]>();
  for (const { offset, headers } of messages) {
    const key = headers[batchHeader];
    const end = key?.lastIndexOf('/') ?? -1;
    if (key === undefined || end < 0) continue;
    const sequence = Number(key.slice(end + 1));
    const chunkKey = chunkKeyOf(key.slice(0, end), sequence);
    const named = chunks.get(chunkKey);
    if (named) named.push({ key, sequence, offset });
    else chunks.set(chunkKey, [{ key, sequence, offset }]);
  }
  return chunks;
}
