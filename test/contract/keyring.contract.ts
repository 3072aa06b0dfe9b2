import type { Keyring } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Opened } from './opened.js';

/** What every keyring promises. */
export function keyringContract(name: string, open: () => Promise<Opened<Keyring>>): void {
  describe(`keyring: ${name}`, () => {
    let opened: Opened<Keyring>;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.destroy());

    test('given a patient, when a key is asked for, then it is theirs alone, 32 bytes, and the same after opening again', async () => {
      const mine = await opened.port.keyFor('a');
      const theirs = await opened.port.keyFor('b');
      expect(mine).toHaveLength(32);
      expect(Buffer.from(mine).equals(Buffer.from(theirs))).toBe(false);
      const again = await opened.reopen();
      expect(Buffer.from(await again.keyFor('a')).equals(Buffer.from(mine))).toBe(true);
      expect(await again.find('nobody')).toBeUndefined();
    });

    test('given an erased key, when anybody asks, then it is gone for good and no new one is made', async () => {
      await opened.port.keyFor('a');
      await opened.port.erase('a');
      for (const keyring of [opened.port, await opened.reopen()]) {
        expect(await keyring.find('a').catch(() => 'closed')).not.toBeInstanceOf(Uint8Array);
      }
      await expect((await opened.reopen()).keyFor('a')).rejects.toMatchObject({ code: 'key-erased' });
    });
  });
}
