import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseInstant } from '@coxa/contracts';

const fileIn = (dataDir: string): string => join(dataDir, 'test-clock.json');

/** Where the test clock of a data folder stood last (epoch ms); undefined when real time rules it. */
export function keptTestClock(dataDir: string): number | undefined {
  try {
    const { now } = JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as { now?: unknown };
    return typeof now === 'string' ? parseInstant(now) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes it down, so that a restart does not turn time back; undefined forgets it. */
export function keepTestClock(dataDir: string, now: number | undefined): void {
  const path = fileIn(dataDir);
  if (now === undefined) return rmSync(path, { force: true });
  writeFileSync(`${path}.new`, JSON.stringify({ now: new Date(now).toISOString() }), { flush: true });
  renameSync(`${path}.new`, path);
}
