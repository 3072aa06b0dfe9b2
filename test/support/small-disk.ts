import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tempFolder } from './temp-folder.js';

const mount = (path: string, megabytes = 12): unknown =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
const unmount = (path: string): unknown => execFileSync('umount', ['-l', path]);

export const whyNoSmallDisk = 'mounting a small disk needs root, which this user is not';

/** A small disk of its own needs the right to mount one. */
export function mountable(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'coxa-mount-'));
  try {
    mount(path);
    unmount(path);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(path);
  }
}

/** Runs `work` with a folder that is a disk of 12 MB, or as many. */
export async function withSmallDisk(
  work: (path: string) => Promise<void>,
  megabytes?: number,
): Promise<void> {
  const folder = await tempFolder();
  mount(folder.path, megabytes);
  try {
    await work(folder.path);
  } finally {
    unmount(folder.path);
    await folder.remove();
  }
}

/** Writes into a file until nothing more fits on its disk. */
export function fill(path: string): void {
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(path, block, { flag: 'a' });
  } catch {
    // Full.
  }
}
