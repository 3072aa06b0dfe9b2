import { openEmbedded } from '@coxa/adapter-embedded';
import { Published, Relay, systemClock, until, type ViewStore } from '@coxa/eventing';
import { expect, test } from '@jest/globals';
import { tempFolder } from '../support/temp-folder.js';

test('given a relay whose position is saved late, when it publishes, then other processes see it at once, also after what was told is lost', async () => {
  const folder = await tempFolder();
  const { log, events, views, close } = await openEmbedded(folder.path, systemClock);
  await log.ensureTopics([{ topic: 't', partitions: 1 }]);
  // As where positions are kept with the events: saved now and then, here never.
  const late: ViewStore = {
    get: (view, keys) => views.get(view, keys),
    list: (view, options) => views.list(view, options),
    commit: (view, changes, positions) =>
      view === 'relay-r' ? Promise.resolve() : views.commit(view, changes, positions),
    positions: (view) => views.positions(view),
    replace: (view, by, keep) => views.replace(view, by, keep),
    close: () => views.close(),
  };
  const route = () => ({ topic: 't', key: 'k', value: Buffer.from('{}'), headers: {} });
  const relay = new Relay({ name: 'r', store: events, log, views: late, route, shared: true });
  const stop = new AbortController();
  const running = relay.run(stop.signal);
  const append = async (id: string, after: number | 'no-stream') =>
    (await events.append('s', after, [{ id, type: 'a.v1', data: Buffer.from('{}'), metadata: {} }])).position;
  const published = new Published(late, 'relay-r', true);
  const first = await append('00000000-0000-4000-8000-000000000001', 'no-stream');
  expect(await until(() => published.reached(first), 60_000)).toBe(true);
  expect(await published.reached(first + 1)).toBe(false);
  await views.replace('told-relay-r', null);
  const second = await append('00000000-0000-4000-8000-000000000002', 0);
  expect(await until(() => published.reached(second), 60_000)).toBe(true);
  stop.abort();
  await running;
  await close();
  await folder.remove();
});
