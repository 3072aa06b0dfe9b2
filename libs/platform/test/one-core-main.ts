import { pbkdf2 } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { promisify } from 'node:util';
import { leaveTheCoreToTheLoop } from '../src/service/one-core.js';

interface Thread {
  readonly id: number;
  readonly nice: number;
  /** Hundredths of a second on a core so far. */
  readonly cpu: number;
}

/** The threads of this process (`man 5 proc`: fields 14, 15 and 19 of stat). */
const threads = (): Thread[] =>
  readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { id: Number(id), nice: Number(fields[16]), cpu: Number(fields[11]) + Number(fields[12]) };
  });

/** What threads of low and of the process's own priority worked meanwhile, the main one left out. */
async function during(work: () => unknown): Promise<{ low: number; usual: number }> {
  const before = new Map(threads().map(({ id, cpu }) => [id, cpu]));
  await work();
  const spent = { low: 0, usual: 0 };
  for (const { id, nice, cpu } of threads())
    if (id !== process.pid) spent[nice > getPriority() ? 'low' : 'usual'] += cpu - (before.get(id) ?? 0);
  return spent;
}

leaveTheCoreToTheLoop();
const pool = await during(() =>
  Promise.all(Array.from({ length: 4 }, () => promisify(pbkdf2)('a', 'b', 300_000, 32, 'sha512'))),
);
const kept: object[] = [];
const heap = await during(async () => {
  for (let round = 0; round < 60; round++) {
    for (let i = 0; i < 30_000; i++) kept.push({ i, next: kept[i] });
    // Idle now and then: this is when helpers of low priority come to their turn.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
const main = threads().find(({ id }) => id === process.pid)!;
const low = threads().filter(({ nice }) => nice > main.nice).length;
console.log(JSON.stringify({ main: main.nice, low, pool, heap }));
