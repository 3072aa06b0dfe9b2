import { closeSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NextSegment } from '../../libs/adapters/embedded/src/segmented/next-segment.js';
import { fill, mountable, whyNoSmallDisk, withSmallDisk } from '../support/small-disk.js';

const small = mountable();
if (!small)
  console.warn(`a disk that is full while a segment is made ready is not tested: ${whyNoSmallDisk}`);

function close({ fd, direct }: Awaited<ReturnType<NextSegment['take']>>): void {
  closeSync(fd);
  direct?.close();
}

describe('a disk that fills up while the next segment is made ready', () => {
  (small ? test : test.skip)(
    'given room for a small one only, then a small one it is; given none, then that is told, and nothing is left lying',
    async () => {
      await withSmallDisk(async (disk) => {
        const filler = join(disk, 'filler');
        fill(filler);
        truncateSync(filler, statSync(filler).size - 400 * 1024);
        const next = new NextSegment(disk, 4 * 1024 * 1024, 256 * 1024);
        next.upTo(1);
        const taken = await next.take(7);
        expect(readdirSync(disk).sort()).toEqual(['0000000000000007.seg', 'filler']);
        expect(statSync(join(disk, '0000000000000007.seg')).size).toBe(256 * 1024);
        close(taken);

        const none = new NextSegment(disk, 4 * 1024 * 1024, 256 * 1024);
        none.upTo(1);
        await expect(none.take(9)).rejects.toMatchObject({ code: 'ENOSPC' });
        expect(readdirSync(disk)).not.toContain('next');
        rmSync(filler);
        close(await none.take(9));
        expect(readdirSync(disk)).toContain('0000000000000009.seg');
      });
    },
  );
});
