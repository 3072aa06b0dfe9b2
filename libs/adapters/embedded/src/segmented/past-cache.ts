import { constants, openSync } from 'node:fs';

/** What is written past the cache of pages must begin and end at the disk's blocks. */
export const blockBytes = 4096;
const wasmPage = 65_536;

/** Not among the types of Node. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number }) => { readonly buffer: ArrayBuffer };
};

/** Zeros that begin at a page of memory, as writing past the cache needs it: a `Buffer` need not, WebAssembly's memory does. */
export const alignedBuffer = (bytes: number): Buffer =>
  Buffer.from(new WebAssembly.Memory({ initial: Math.ceil(bytes / wasmPage) }).buffer);

/** Opens a file to be written past the cache; undefined where the system or the file system has nothing of the kind. @throws what else the file system said */
export function openPastCache(path: string, flags: number): number | undefined {
  if (constants.O_DIRECT === undefined) return undefined;
  try {
    return openSync(path, flags | constants.O_DIRECT, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
    throw error;
  }
}
