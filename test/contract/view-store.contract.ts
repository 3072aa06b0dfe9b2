import type { ViewStore } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Opened } from './opened.js';

/** What every view store promises. */
export function viewStoreContract(name: string, open: () => Promise<Opened<ViewStore>>): void {
  describe(`view store: ${name}`, () => {
    let opened: Opened<ViewStore>;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.destroy());
    const entries = (...keys: string[]) => keys.map((key) => ({ key, value: { of: key } }));

    test('given entries and a position, when the store is opened again, then both are there', async () => {
      await opened.port.commit('v', [...entries('a', 'b'), { key: 'n', value: null }], {
        events: 7,
        'readings/0': 3,
      });
      const again = await opened.reopen();
      expect(await again.get('v', ['b', 'none', 'a', 'n'])).toEqual([
        { of: 'b' },
        undefined,
        { of: 'a' },
        null,
      ]);
      expect(await again.positions('v')).toEqual({ events: 7, 'readings/0': 3 });
      expect(await again.positions('nobody')).toEqual({});
    });

    test('given many keys, when they are listed, then bounds, limit and direction hold', async () => {
      await opened.port.commit('v', entries('p1/1', 'p1/2', 'p1/3', 'p2/1'), {});
      const keys = async (options: Parameters<ViewStore['list']>[1]) =>
        (await opened.port.list('v', options)).map(({ key }) => key);
      expect(await keys({ from: 'p1/', to: 'p10' })).toEqual(['p1/1', 'p1/2', 'p1/3']);
      expect(await keys({ from: 'p1/2' })).toEqual(['p1/2', 'p1/3', 'p2/1']);
      expect(await keys({ to: 'p1/3', reverse: true, limit: 1 })).toEqual(['p1/2']);
      expect(await opened.port.list('nobody')).toEqual([]);
    });

    test('given an entry, when it is put to undefined, then it is gone; a position without changes moves alone', async () => {
      await opened.port.commit('v', entries('a', 'b'), { events: 1 });
      await opened.port.commit('v', [{ key: 'a', value: undefined }], { events: 2 });
      await opened.port.commit('v', [], { events: 3 });
      expect((await opened.port.list('v')).map(({ key }) => key)).toEqual(['b']);
      expect(await opened.port.positions('v')).toEqual({ events: 3 });
    });

    test('given a view built beside another, when it takes its place, then entries and positions are its own and the old ones are gone', async () => {
      await opened.port.commit('v', entries('old'), { events: 1 });
      await opened.port.commit('v~new', entries('new'), { events: 9 });
      await opened.port.replace('v', 'v~new');
      expect((await opened.port.list('v')).map(({ key }) => key)).toEqual(['new']);
      expect(await opened.port.positions('v')).toEqual({ events: 9 });
      expect(await opened.port.list('v~new')).toEqual([]);
      await opened.port.replace('v', null);
      expect(await opened.port.list('v')).toEqual([]);
      await opened.port.commit('v', entries('again'), {});
      expect(await (await opened.reopen()).get('v', ['again'])).toEqual([{ of: 'again' }]);
    });

    test('given a view that is replaced and kept, when it is put back, then each stands where it stood, after opening again too', async () => {
      await opened.port.commit('v~kept', entries('older'), { events: 1 });
      await opened.port.commit('v', entries('old'), { events: 3 });
      await opened.port.commit('v~new', entries('new'), { events: 9 });
      await opened.port.replace('v', 'v~new', 'v~kept');
      expect((await opened.port.list('v')).map(({ key }) => key)).toEqual(['new']);
      expect((await opened.port.list('v~kept')).map(({ key }) => key)).toEqual(['old']);
      expect(await opened.port.positions('v~kept')).toEqual({ events: 3 });
      await opened.port.replace('v', 'v~kept', 'v~new');
      const again = await opened.reopen();
      expect(await again.get('v', ['old', 'new', 'older'])).toEqual([{ of: 'old' }, undefined, undefined]);
      expect(await again.positions('v')).toEqual({ events: 3 });
      expect(await again.get('v~new', ['new'])).toEqual([{ of: 'new' }]);
      expect(await again.list('v~kept')).toEqual([]);
    });
  });
}
