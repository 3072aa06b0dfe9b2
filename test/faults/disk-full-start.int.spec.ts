import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { systemClock } from '@coxa/eventing';
import { describe, expect, test } from '@jest/globals';
import { fill, mountable, whyNoSmallDisk, withSmallDisk } from '../support/small-disk.js';

const small = mountable();
if (!small) console.warn(`a start on a full disk is not tested: ${whyNoSmallDisk}`);

describe('a start on a full disk', () => {
  (small ? test : test.skip)(
    'given nobody on the folder, then it is told that the disk is full, not that another process has the folder, and with space it starts',
    () =>
      withSmallDisk(async (disk) => {
        const folder = join(disk, 'data');
        await (await openEmbedded(folder, systemClock)).close();
        const filler = join(disk, 'filler');
        fill(filler);
        await expect(openEmbedded(folder, systemClock)).rejects.toMatchObject({
          code: 'storage-full',
          message: expect.stringContaining('the disk is full'),
        });
        rmSync(filler);
        await (await openEmbedded(folder, systemClock)).close();
      }),
  );
});
