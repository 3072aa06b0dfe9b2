import { type Embedded, openEmbedded } from '@coxa/adapter-embedded';
import {
  consumedStage,
  type EventStore,
  Pipeline,
  type Projection,
  Projector,
  reachedHeadStage,
  systemClock,
  until,
} from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tempFolder } from '../support/temp-folder.js';

const waitMs = 20_000;
const view: Projection = {
  name: 'all',
  version: 1,
  apply: ({ id, revision }, state) => state.put(id, revision),
};

describe('while more comes all the time', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let stores: Embedded;
  let stop: AbortController;
  let revision: number;

  beforeEach(async () => {
    folder = await tempFolder();
    stores = await openEmbedded(folder.path, systemClock);
    stop = new AbortController();
    revision = -1;
  });
  afterEach(async () => {
    stop.abort();
    await stores.close();
    await folder.remove();
  });

  async function append(): Promise<void> {
    const event = { id: `e${revision}`, type: 't.v1', data: Buffer.from('{}'), metadata: {} };
    await stores.events.append('s', revision < 0 ? 'no-stream' : revision, [event]);
    revision++;
  }

  /** There is always one event more than whoever reads all has read, or than whoever asks where the store stands is told of. */
  function growing(): EventStore {
    const { events } = stores;
    const grow = () => (stop.signal.aborted ? Promise.resolve() : append());
    return {
      append: (stream, expected, those) => events.append(stream, expected, those),
      readStream: (stream, options) => events.readStream(stream, options),
      readAll: async (after, limit) => {
        await grow();
        return events.readAll(after, limit);
      },
      subscribe: (after, signal) => events.subscribe(after, signal),
      head: async () => {
        const head = await events.head();
        await grow();
        return head;
      },
      close: () => events.close(),
    };
  }

  /** Whether it ends, though what it works at does not. */
  const ends = async (work: Promise<unknown>): Promise<boolean> => {
    let over = false;
    const outcome = work.finally(() => (over = true));
    const ended = await until(() => over, waitMs);
    stop.abort();
    await outcome;
    return ended;
  };

  test('regression: given events that never stop coming, when a view is made anew, then it is in use after those that were there', async () => {
    for (let i = 0; i < 5; i++) await append();
    const there = (await stores.events.head())!;
    const projector = new Projector(growing(), stores.views, [view]);
    expect(await ends(projector.rebuild(['all']))).toBe(true);
    expect(await projector.reached(there)).toBe(true);
    expect((await stores.views.list('all.v1')).length).toBeGreaterThanOrEqual(5);
  });

  test('regression: given events that never stop coming, when a view that is behind them is verified, then it is compared with the fold up to where it stands', async () => {
    for (let i = 0; i < 5; i++) await append();
    await new Projector(stores.events, stores.views, [view]).rebuild(['all']);
    for (let i = 0; i < 5; i++) await append();
    const verified = new Projector(growing(), stores.views, [view]).verify('all');
    expect(await ends(verified)).toBe(true);
    expect(await verified).toBe(true);
    await stores.views.commit('all.v1', [{ key: 'e1', value: 'other' }], {});
    expect(await new Projector(stores.events, stores.views, [view]).verify('all')).toBe(false);
  });

  test('regression: given messages and events that never stop coming, when all that was there is done, then the stages have settled', async () => {
    const topic = 't';
    const { log } = stores;
    const more = () => log.append([{ topic, key: 'k', value: Buffer.from('x'), headers: {} }]);
    await log.ensureTopics([{ topic, partitions: 1 }]);
    await more();
    const consuming = log.consume({ group: 'g', topics: [topic], signal: stop.signal }, async (batch) => {
      // There is always one more than the group has committed.
      if (!stop.signal.aborted) await more();
      await batch.commit(batch.messages.at(-1)!.offset + 1);
    });
    let told: number | null = null;
    const follower = {
      // What is asked for is there the next time; by then the store has gone on.
      reached: (position: number | null) => {
        const there = (told ?? -1) >= (position ?? -1);
        told = position;
        return there;
      },
    };
    const pipeline = new Pipeline();
    pipeline.add(consumedStage(log, 'g', topic), reachedHeadStage('views', growing(), follower));
    expect(await ends(pipeline.settle(waitMs).then((settled) => expect(settled).toBe(true)))).toBe(true);
    await consuming;
  });

  test('given a consumer that has not taken what was there, when it is asked for, then the stages have not settled', async () => {
    const topic = 't';
    await stores.log.ensureTopics([{ topic, partitions: 1 }]);
    await stores.log.append([{ topic, key: 'k', value: Buffer.from('x'), headers: {} }]);
    const pipeline = new Pipeline();
    pipeline.add(consumedStage(stores.log, 'g', topic));
    expect(await pipeline.settle(50)).toBe(false);
    expect(await pipeline.busy()).toBe(`g reads ${topic}`);
  });
});
