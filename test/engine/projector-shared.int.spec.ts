import { openEmbedded } from '@coxa/adapter-embedded';
import {
  type EventStore,
  type Projection,
  Projector,
  systemClock,
  until,
  type ViewStore,
} from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tempFolder } from '../support/temp-folder.js';

/** A view of what is odd, and one of what is even: each event changes one of them and passes the other. */
const viewOf = (name: string, rest: number): Projection => ({
  name,
  version: 1,
  apply: ({ id, revision }, view) => {
    if (revision % 2 === rest) view.put(id, revision);
  },
});
const projections = [viewOf('even', 0), viewOf('odd', 1)];

describe('views that several processes share', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let events: EventStore;
  let views: ViewStore;
  let close: () => Promise<void>;
  let stop: AbortController;
  let running: Promise<void>;

  beforeEach(async () => {
    folder = await tempFolder();
    ({ events, views, close } = await openEmbedded(folder.path, systemClock));
    stop = new AbortController();
    running = new Projector(events, views, projections, true).run(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await close();
    await folder.remove();
  });

  test('given a process that does not fold, when it waits for events that change only some of the views, then it sees each of them passed', async () => {
    const other = new Projector(events, views, projections, true);
    for (let revision = -1; revision < 30; revision++) {
      const expected = revision < 0 ? ('no-stream' as const) : revision;
      const event = { id: `e${revision}`, type: 't.v1', data: Buffer.from('{}'), metadata: {} };
      const { position } = await events.append('s', expected, [event]);
      expect(await until(() => other.reached(position), 5_000)).toBe(true);
    }
    expect((await views.list('even.v1')).length + (await views.list('odd.v1')).length).toBe(31);
  }, 60_000);

  test('regression: given a look at where the views stand that began before this process folds, when its answer comes late, then what has been folded meanwhile is not forgotten', async () => {
    const event = { id: 'e0', type: 't.v1', data: Buffer.from('{}'), metadata: {} };
    const { position } = await events.append('s', 'no-stream', [event]);
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    let late = true;
    const slow: ViewStore = {
      get: (view, keys) => views.get(view, keys),
      list: (view, options) => views.list(view, options),
      commit: (view, changes, positions) => views.commit(view, changes, positions),
      positions: async (view) => {
        const wait = late;
        const found = await views.positions(view);
        if (wait) await held;
        return found;
      },
      replace: (view, by, keep) => views.replace(view, by, keep),
      close: () => views.close(),
    };
    stop.abort();
    await running;
    for (const name of ['even.v1', 'odd.v1']) await views.replace(name, null);
    const projector = new Projector(events, slow, projections, true);
    const looking = projector.reached(position);
    late = false;
    stop = new AbortController();
    running = projector.run(stop.signal);
    expect(await until(() => projector.reached(position), 5_000)).toBe(true);
    answer();
    await looking;
    expect(await projector.reached(position)).toBe(true);
  });
});
