import { constants, openSync } from 'node:fs';

/** What is written past the cache of pages must begin and end at the disk's blocks. */
export const blockBytes = 4096;
/** What is written at once, at most. */
export const slabBytes = 1024 * 1024;
const wasmPage = 65_536;
/** Taken from the system together: each piece of WebAssembly's memory is set apart with some gibibytes of addresses. */
const slabsTogether = 8;

/** Not among the types of Node. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number }) => { readonly buffer: ArrayBuffer };
};

/** Slabs that begin at a page of memory, as writing past the cache needs it: a `Buffer` need not, WebAssembly's memory does. What is not touched takes no room. */
function alignedSlabs(): Buffer[] {
  const { buffer } = new WebAssembly.Memory({ initial: (slabsTogether * slabBytes) / wasmPage });
  return Array.from({ length: slabsTogether }, (_, i) => Buffer.from(buffer, i * slabBytes, slabBytes));
}

/** Undefined where there is no such memory: where addresses are rationed, say. */
function firstSlabs(): Buffer[] | undefined {
  try {
    return alignedSlabs();
  } catch {
    return undefined;
  }
}

const first = firstSlabs();

/** A slab of zeros, never to be written to. */
export const zeroSlab = first?.pop() ?? Buffer.alloc(slabBytes);

/** Memory that commits are written from, of all lanes. */
export const Slabs = {
  spare: first ?? [],
  take: (): Buffer => {
    if (Slabs.spare.length === 0) Slabs.spare.push(...alignedSlabs());
    return Slabs.spare.pop()!;
  },
  give: (slab: Buffer): unknown => Slabs.spare.push(slab),
};

/** Opens a file to be written past the cache; undefined where the system or the file system has nothing of the kind. @throws what else the file system said */
export function openPastCache(path: string, flags: number): number | undefined {
  if (constants.O_DIRECT === undefined || !first) return undefined;
  try {
    return openSync(path, flags | constants.O_DIRECT, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
    throw error;
  }
}
