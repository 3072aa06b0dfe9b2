import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const lookEveryMs = 500;
const mebibyte = 2 ** 20;

/** What the process is meant to have resident under load, MB: the rest up to 300 is for moments. */
const aimMb = 275;
/** By how much of its size the heap may grow before it is collected, per cent. */
const growth = { least: 10, most: 100 };
/** Over so many looks what is used goes up and down with each collection. */
const looksKept = 5;
/**
 * What the young objects may take, MB, and as much again while they are collected. V8 would go to 16: more memory, and slower by a tenth, because less of
 * it is in the processor's caches (see bench/README.md).
 */
const youngMb = 8;

/**
 * Keeps the process small: V8 would let the heap double and more before it collects, however large the process is. Here it collects as late as the
 * room that is left allows, which saves up to a third of the work under load, and early when there is none.
 */
export function keepHeapSmall(): void {
  const used: number[] = [];
  let standing: number | undefined;
  const look = () => {
    const { rss, heapUsed } = process.memoryUsage();
    used.push(heapUsed / mebibyte);
    if (used.length > looksKept) used.shift();
    const percent = growthFor(rss / mebibyte, used);
    if (percent !== standing) setFlagsFromString(`--heap-growing-percent=${percent}`);
    standing = percent;
  };
  look();
  const bound = boundYoungObjects();
  bound();
  new PerformanceObserver(bound).observe({ entryTypes: ['gc'] });
  setInterval(look, lookEveryMs).unref();
}

/**
 * By how much the heap may grow, per cent, with so much resident and so much of the heap `used` at the last looks (MB): until all garbage there is
 * room for, up to the aim, lies there. What is used least has no garbage in it, and what is used most is resident already.
 */
export function growthFor(residentMb: number, used: readonly number[]): number {
  const live = Math.min(...used);
  const room = aimMb - residentMb + Math.max(...used) - live;
  return Math.round(Math.min(growth.most, Math.max(growth.least, (100 * room) / live)));
}

/**
 * They grow in one step to what they may have, and no further: looked at after each collection, since that is when they grow. V8 takes room back where
 * little happens, and then it is given again; half of it is missing now and then only because nothing is being collected.
 */
function boundYoungObjects(): () => void {
  let growing = true;
  return () => {
    const { space_size: size } = getHeapSpaceStatistics().find(
      ({ space_name: name }) => name === 'new_space',
    )!;
    const most = 2 * youngMb * mebibyte;
    growing = growing ? size < most : size <= most / 4;
    setFlagsFromString(`--semi-space-growth-factor=${growing ? Math.max(1, Math.floor(most / size)) : 1}`);
  };
}
