import { describe, expect, test } from '@jest/globals';
import { growthFor } from './small-heap.js';

describe('by how much the heap may grow', () => {
  test('given a small process, then a lot: by as much again', () => {
    expect(growthFor(140, [50, 60])).toBe(100);
  });

  test('given room up to the aim, then until that is full: what is garbage now is part of it', () => {
    // 275 - 255 = 20 MB are left, and 20 of the 100 used are garbage.
    expect(growthFor(255, [80, 100])).toBe(50);
    expect(growthFor(255, [100])).toBe(20);
  });

  test('given a process beyond the aim, then a little: it must go on all the same', () => {
    expect(growthFor(320, [100, 110])).toBe(10);
  });
});
