import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Embedded, openEmbedded } from '@coxa/adapter-embedded';
import { EngineError, type LogPosition, partitionOf, systemClock, type ViewStore } from '@coxa/eventing';
import { SeenBatches } from './seen-batches.js';

const topic = 't';
const view = 'seen';
const group = 'g';
const patient = 'p0';
const session = 'device/session';
/** Where the patient's batches lie, and where they do not. */
const mine = partitionOf(patient, 2);
const other = 1 - mine;

let folder: string;
let stores: Embedded;
let views: SharedViews;
let stop: AbortController;

/** The views as several instances share them on a server: they may be slow, and they may be lost. */
class SharedViews {
  isLost = false;
  /** The commit that fails, counted down, of those into a view that is made anew. */
  failing = 0;
  slow: (what: 'get' | 'positions', keys: readonly string[]) => Promise<unknown> = () => Promise.resolve();

  constructor(private readonly views: ViewStore) {}

  get store(): ViewStore {
    const { views } = this;
    return Object.assign(Object.create(views) as ViewStore, {
      get: async (name: string, keys: readonly string[]) => {
        this.refuse(name);
        const found = await views.get(name, keys);
        await this.slow('get', keys);
        return found;
      },
      positions: async (name: string) => {
        await this.slow('positions', []);
        return views.positions(name);
      },
      commit: async (...[name, changes, positions]: Parameters<ViewStore['commit']>) => {
        this.refuse(name);
        if (name !== view && --this.failing === 0)
          throw new EngineError('storage-failed', 'the server is away');
        await views.commit(name, changes, positions);
      },
      replace: async (name: string, by: string | null) => {
        await views.replace(name, by);
        this.isLost = false;
      },
    } satisfies Partial<ViewStore>);
  }

  async lose(): Promise<void> {
    await this.views.replace(view, null);
    this.isLost = true;
  }

  private refuse(name: string): void {
    if (this.isLost && name === view) throw new EngineError('view-moved', 'it was lost');
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coxa-seen-'));
  stores = await openEmbedded(folder, systemClock);
  await stores.log.ensureTopics([{ topic, partitions: 2 }]);
  views = new SharedViews(stores.views);
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await stores.close();
  await rm(folder, { recursive: true, force: true });
});

const instance = () => new SeenBatches(stores.log, views.store, { topic, view, signal: stop.signal });

async function append(sequence: number): Promise<LogPosition> {
  const headers = { ce_id: `${session}/${sequence}` };
  const [place] = await stores.log.append([{ topic, key: patient, value: new Uint8Array(), headers }]);
  return place!;
}

/** What the instance folds of the log from that offset on, before the group has committed it. */
async function fold(to: SeenBatches, from: number, commit?: (until: number) => Promise<void>): Promise<void> {
  const messages = await stores.log.read(topic, mine, from, 5_000);
  await to.take({ topic, partition: mine, messages, commit: commit ?? (() => Promise.resolve()) });
}

async function find(by: SeenBatches, sequence: number): Promise<string> {
  for (;;) {
    const known = by.find(patient, `${session}/${sequence}`, session, sequence);
    if (!(known instanceof Promise)) return known?.kind ?? 'new';
    await known.catch(() => sleep(10));
  }
}

/** Resolves when it is called. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = () => undefined as void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

describe('batches that several instances tell apart', () => {
  test('regression: given a batch asked for while its partition goes elsewhere, when the other has folded it, then it is known here too', async () => {
    const [a, b] = [instance(), instance()];
    await b.takeUp(group, [0, 1]);
    const assigned = gate();
    views.slow = (what) => (what === 'positions' ? assigned.passed : Promise.resolve());
    const takingUp = b.takeUp(group, [other]);
    await sleep(10);
    expect(await find(b, 1)).toBe('new');
    assigned.open();
    await takingUp;
    await a.takeUp(group, [mine]);
    await append(1);
    await fold(a, 0);
    await sleep(400);
    expect(await find(b, 1)).toBe('stored');
  });

  test('regression: given a view that is lost between a fold and the commit of its offset, when it is mended, then it tells of what was folded', async () => {
    const a = instance();
    await a.takeUp(group, [0, 1]);
    await append(1);
    const committed = gate();
    const folding = fold(a, 0, () => committed.passed);
    await sleep(50);
    await views.lose();
    await expect(a.find(patient, 'device/other/1', 'device/other', 1)).rejects.toThrow('it was lost');
    await sleep(100);
    committed.open();
    await folding;
    expect(await find(instance(), 1)).toBe('stored');
  });

  test('regression: given a lost view that could be made anew only half-way, when it is mended again, then it tells of all that was folded', async () => {
    const a = instance();
    await a.takeUp(group, [0, 1]);
    const last = 1_200;
    await Promise.all(Array.from({ length: last }, (_, n) => append(n + 1)));
    const committed = gate();
    const folding = fold(a, 0, () => committed.passed);
    await sleep(100);
    await views.lose();
    // It is made anew by a thousand at a time.
    views.failing = 2;
    for (let asked = 0; asked < 2; asked++) {
      await expect(a.find(patient, 'device/other/1', 'device/other', 1)).rejects.toThrow('it was lost');
      await sleep(200);
    }
    committed.open();
    await folding;
    expect(await find(instance(), last)).toBe('stored');
    expect(await find(instance(), 1)).toBe('stored');
  });

  test('regression: given a question under way when the partition comes here, then what another folded meanwhile is not written over', async () => {
    const [a, b] = [instance(), instance()];
    await a.takeUp(group, [mine]);
    await b.takeUp(group, [other]);
    const answered = gate();
    let first = true;
    views.slow = async (what, keys) => {
      if (what !== 'get' || !first || !keys.includes(`${session}/0`)) return;
      first = false;
      await answered.passed;
    };
    const asking = b.find(patient, `${session}/9`, session, 9);
    await append(1);
    await fold(a, 0);
    await b.takeUp(group, [0, 1]);
    const { offset } = await append(2);
    const folding = fold(b, offset);
    await sleep(50);
    answered.open();
    await Promise.all([asking, folding]);
    expect(await find(instance(), 1)).toBe('stored');
    expect(await find(instance(), 2)).toBe('stored');
  });

  test('regression: given a batch that another instance is to fold and does not, as one that has died, then it is not forgotten', async () => {
    const b = instance();
    await b.takeUp(group, [other]);
    expect(await find(b, 1)).toBe('new');
    const durable = append(1);
    const announced = b.add(
      `${session}/1`,
      new Uint8Array(),
      durable.then((place) => [place]),
    );
    b.settle(`${session}/1`, announced, await durable);
    // Long enough for more than two looks at where the others stand.
    await sleep(3_500);
    expect(await find(b, 1)).toBe('stored');
    const a = instance();
    await a.takeUp(group, [mine]);
    await fold(a, 0);
    await sleep(3_500);
    expect(await find(b, 1)).toBe('stored');
    expect(b.unfolded).toBe(0);
  });

  test('regression: given a view that is put back to an older copy while something waits for another instance, then what the copy lacks is folded again', async () => {
    const b = instance();
    await b.takeUp(group, [mine]);
    const [chunk, source] = [`${session}/0`, `${topic}/${mine}`];
    await append(1);
    await fold(b, 0);
    const [older] = await stores.views.get(view, [chunk]);
    const { offset } = await append(2);
    await fold(b, offset);
    const elsewhere = { topic, partition: other, offset: 0 };
    const waiting = b.add('device/x/1', new Uint8Array(), Promise.resolve([elsewhere]));
    b.settle('device/x/1', waiting, elsewhere);
    await stores.views.commit(view, [{ key: chunk, value: older }], { [source]: offset - 1 });
    await sleep(1_500);
    expect(await find(instance(), 2)).toBe('stored');
    expect(await find(instance(), 1)).toBe('stored');
  });

  test('given batches that are taken and never folded, then the index says that it is full', () => {
    const a = instance();
    const never = new Promise<LogPosition[]>(() => undefined);
    expect(a.isFull).toBe(false);
    for (let n = 0; n < 100_000; n++) a.add(`${session}/${n}`, new Uint8Array(), never);
    expect(a.isFull).toBe(true);
  });
});
