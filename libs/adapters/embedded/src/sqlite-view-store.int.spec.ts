import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from './database.js';
import { SqliteViewStore } from './sqlite-view-store.js';

let folder: string;
let store: SqliteViewStore;
const path = () => join(folder, 'views.db');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-views-'));
  store = new SqliteViewStore(path());
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a process would find that starts after this one was killed now. */
async function afterKill(): Promise<{ entry: unknown; position: number | undefined; offset: number | null }> {
  const copy = mkdtempSync(join(tmpdir(), 'coxa-views-killed-'));
  for (const suffix of ['', '-wal'])
    if (existsSync(path() + suffix)) copyFileSync(path() + suffix, join(copy, `views.db${suffix}`));
  const found = new SqliteViewStore(join(copy, 'views.db'));
  const [entry] = await found.get('v', ['k']);
  const position = (await found.positions('v'))['events'];
  const offset = found.offsets.of('g', 't', 0);
  await found.close();
  rmSync(copy, { recursive: true, force: true });
  return { entry, position, offset };
}

test('given changes that were not saved yet, when the process is killed, then entry, position and offset are gone together; later they are there together', async () => {
  await store.commit('v', [{ key: 'k', value: { n: 1 } }], { events: 7 });
  store.offsets.commit('g', 't', 0, 3);
  expect(await store.get('v', ['k'])).toEqual([{ n: 1 }]);
  expect(await afterKill()).toEqual({ entry: undefined, position: undefined, offset: null });
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await afterKill()).toEqual({ entry: { n: 1 }, position: 7, offset: 3 });
});

test('given an entry that was put, when the object it was put as is changed, then the view is not', async () => {
  const value = { n: 1 };
  await store.commit('v', [{ key: 'k', value }], {});
  value.n = 2;
  expect(await store.get('v', ['k'])).toEqual([{ n: 1 }]);
});

test('given entries some of which are saved, when they are changed and removed, then get and list agree', async () => {
  const keys = ['a', 'b', 'c', 'd'];
  await store.commit(
    'v',
    keys.map((key) => ({ key, value: 1 })),
    {},
  );
  await store.list('v');
  await store.commit(
    'v',
    [
      { key: 'b', value: 2 },
      { key: 'c', value: undefined },
      { key: 'e', value: 3 },
    ],
    {},
  );
  expect(await store.get('v', [...keys, 'e'])).toEqual([1, 2, undefined, 1, 3]);
  expect((await store.list('v')).map(({ key, value }) => `${key}${String(value)}`)).toEqual([
    'a1',
    'b2',
    'd1',
    'e3',
  ]);
});

test('given an offset, when an earlier one is committed, then the later stands, and retention counts only what is saved', async () => {
  store.offsets.commit('g', 't', 0, 5);
  store.offsets.commit('g', 't', 0, 3);
  expect(store.offsets.of('g', 't', 0)).toBe(5);
  expect(store.offsets.slowest('t', 0)).toBe(0);
  await store.list('w');
  expect(store.offsets.slowest('t', 0)).toBe(0);
  await store.commit('v', [{ key: 'a', value: 1 }], {});
  await store.list('v');
  expect(store.offsets.slowest('t', 0)).toBe(5);
  expect(store.offsets.slowest('t', 1)).toBe(Infinity);
});

test('given a large view that is replaced, when it is listed, then the new one stands at once, and the old one is taken away in time, also over a stop', async () => {
  const many = Array.from({ length: 5_000 }, (_, n) => ({ key: `k${n}`, value: n }));
  await store.commit('v', many, { events: 1 });
  await store.commit('new', [{ key: 'only', value: 1 }], { events: 2 });
  await store.replace('v', 'new');
  expect(await store.list('v')).toEqual([{ key: 'only', value: 1 }]);
  expect(await store.positions('v')).toEqual({ events: 2 });
  await store.close();
  store = new SqliteViewStore(path());
  const rows = () => {
    const file = openDatabase(path(), 'NORMAL');
    const { n } = file.prepare('SELECT count(*) AS n FROM entries').get() as { n: number };
    file.close();
    return n;
  };
  for (let tries = 0; tries < 100 && rows() > 1; tries++)
    await new Promise((resolve) => setTimeout(resolve, 30));
  expect(rows()).toBe(1);
  expect(await store.list('v')).toEqual([{ key: 'only', value: 1 }]);
});
