import { setFlagsFromString } from 'node:v8';

const lookEveryMs = 500;

/** By how much of its size the heap may grow before it is collected, by how much memory the process has (MB). */
const steps: readonly { readonly below: number; readonly growth: number }[] = [
  { below: 170, growth: 200 },
  { below: 220, growth: 100 },
  { below: 250, growth: 40 },
  { below: 280, growth: 20 },
  { below: Infinity, growth: 10 },
];

/**
 * Keeps the process small: V8 would let the heap double and more before it collects, however large it is. Here it collects late while there
 * is room, which saves up to a third of the work under load, and early when there is not (see bench/README.md).
 */
export function keepHeapSmall(): void {
  let standing: number | undefined;
  const look = () => {
    const megabytes = process.memoryUsage.rss() / 2 ** 20;
    const { growth } = steps.find(({ below }) => megabytes < below)!;
    if (growth !== standing) setFlagsFromString(`--heap-growing-percent=${growth}`);
    standing = growth;
  };
  look();
  setInterval(look, lookEveryMs).unref();
}
