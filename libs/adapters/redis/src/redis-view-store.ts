import { randomUUID } from 'node:crypto';
import {
  EngineError,
  type ListOptions,
  type ViewChange,
  type ViewEntry,
  type ViewPositions,
  type ViewStore,
} from '@coxa/eventing';
import type { Connection } from './connect.js';
import { faultOf } from './faults.js';
import { keysOf } from './names.js';

/** Entries that one script call lists: Redis does nothing else meanwhile. */
const page = 1_000;
const made = '~made';

/**
 * Views in Redis: a hash of values, their keys in order, and the positions, changed together by one script.
 *
 * What this process last saw of a view's positions goes with each commit: when Redis has another, the view was flushed, restored from an older
 * copy, or written by somebody else, and nothing is changed (`view-moved`). A view that this process has seen and that is gone is refused
 * to readers too, until another takes its place: a lost view must not be taken for an empty one.
 */
export class RedisViewStore implements ViewStore {
  private readonly known = new Map<string, Map<string, number>>();

  constructor(
    private readonly redis: Connection,
    private readonly prefix: string,
  ) {}

  async get(view: string, keys: readonly string[]): Promise<unknown[]> {
    const [exists, ...values] = await this.ask(() => this.redis.coxaGet(...this.keys(view), ...keys));
    this.present(view, exists);
    return keys.map((_, i) => parsed(values[i]));
  }

  async list(
    view: string,
    { from = '', to, limit = Infinity, reverse = false }: ListOptions = {},
  ): Promise<ViewEntry[]> {
    let low = from === '' ? '-' : `[${from}`;
    let high = to === undefined ? '+' : `(${to}`;
    const entries: ViewEntry[] = [];
    for (let left = limit < 0 ? Infinity : limit; left > 0;) {
      const count = Math.min(page, left);
      const [exists, ...found] = await this.ask(() =>
        this.redis.coxaList(...this.keys(view), low, high, count, reverse ? '1' : '0'),
      );
      this.present(view, exists);
      for (let i = 0; i + 1 < found.length; i += 2)
        entries.push({ key: String(found[i]), value: parsed(found[i + 1]) });
      if (found.length / 2 < count) break;
      left -= count;
      if (reverse) high = `(${entries.at(-1)!.key}`;
      else low = `(${entries.at(-1)!.key}`;
    }
    return entries;
  }

  async commit(view: string, changes: readonly ViewChange[], positions: ViewPositions): Promise<void> {
    const known = this.known.get(view) ?? (await this.look(view));
    const expected = Object.keys(positions).flatMap((source) => [source, String(known?.get(source) ?? '')]);
    const moved = Object.entries(positions).flatMap(([source, position]) => [source, String(position)]);
    const puts = changes.filter(({ value }) => value !== undefined);
    const removed = changes.filter(({ value }) => value === undefined);
    const [answer, source, found] = await this.ask(() =>
      this.redis.coxaCommit(
        ...this.keys(view),
        known ? '1' : '0',
        randomUUID(),
        expected.length / 2,
        ...expected,
        moved.length / 2,
        ...moved,
        puts.length,
        ...puts.flatMap(({ key, value }) => [key, JSON.stringify(value)]),
        ...removed.map(({ key }) => key),
      ),
    );
    if (answer === 'gone') throw gone(view);
    if (answer !== 'ok')
      throw new EngineError(
        'view-moved',
        `the view ${view} stands at ${found || 'nothing'} of ${source}, not where it was left`,
      );
    // Another commit of this process may have been first.
    const now = this.known.get(view) ?? new Map<string, number>();
    for (const [name, position] of Object.entries(positions)) now.set(name, position);
    this.known.set(view, now);
  }

  async positions(view: string): Promise<ViewPositions> {
    return Object.fromEntries((await this.look(view)) ?? []);
  }

  async replace(view: string, by: string | null, keep?: string): Promise<void> {
    const keys = [view, by ?? view, keep ?? view].flatMap((name) => this.keys(name));
    const [answer, ...positions] = await this.ask(() =>
      this.redis.coxaReplace(...keys, by === null ? '0' : '1', keep === undefined ? '0' : '1'),
    );
    const lost = answer === 'gone' && by !== null && this.known.has(by);
    if (by !== null) this.known.delete(by);
    if (lost) throw gone(by);
    // What was never written is as good as empty.
    if (answer === 'gone') return this.replace(view, null, keep);
    if (keep !== undefined) this.known.delete(keep);
    if (by === null) this.known.delete(view);
    else this.known.set(view, positionsOf(positions as string[]));
  }

  async close(): Promise<void> {
    // What was asked has been answered: nobody calls any more. QUIT would wait for a server that is away.
    this.redis.disconnect();
  }

  /** Where the view really stands; undefined when it is not there. What is gone stays known, so that it goes on being refused. */
  private async look(view: string): Promise<Map<string, number> | undefined> {
    const fields = await this.ask(() => this.redis.hgetall(this.keys(view)[2]));
    if (Object.keys(fields).length === 0) return undefined;
    const found = positionsOf(Object.entries(fields).flat());
    this.known.set(view, found);
    return found;
  }

  private present(view: string, exists: unknown): void {
    if (exists !== 1 && this.known.has(view)) throw gone(view);
  }

  private keys(view: string): [string, string, string] {
    const { values, order, positions } = keysOf(this.prefix, view);
    return [values, order, positions];
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw faultOf(error);
    }
  }
}

const parsed = (value: unknown): unknown =>
  typeof value === 'string' ? (JSON.parse(value) as unknown) : undefined;

const gone = (view: string) => new EngineError('view-moved', `the view ${view} is gone from Redis`);

function positionsOf(flat: readonly string[]): Map<string, number> {
  const positions = new Map<string, number>();
  for (let i = 0; i + 1 < flat.length; i += 2)
    if (flat[i] !== made) positions.set(flat[i]!, Number(flat[i + 1]));
  return positions;
}
