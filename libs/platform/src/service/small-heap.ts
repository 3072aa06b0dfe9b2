import { setFlagsFromString } from 'node:v8';

/**
 * Collects when the heap has grown by half as much again since the last time, not when it has doubled or more as V8 would:
 * half the resident memory for about the same work (see bench/README.md).
 */
export const keepHeapSmall = (): void => setFlagsFromString('--heap-growing-percent=50');
