import { resolve } from 'node:path';
import { loadConfig } from '@coxa/platform/local';
import { printJson, table, WrongUse } from '../output.js';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

const everyMs = 1_000;

/** Carries an embedded installation to the servers that the settings name. */
export async function move({ from, to, json }: Options): Promise<void> {
  if (to !== 'distributed') throw new WrongUse(`--to is ${to}; expected distributed`);
  const folder = resolve(from);
  const distributed = { COXA_RUNTIME: 'distributed', COXA_LOG: '', COXA_EVENTS: '', COXA_VIEWS: '' };
  const config = loadConfig({ ...process.env, ...distributed, COXA_DATA_DIR: folder }, 0);
  // It loads every vendor's client.
  const { moveToDistributed } = await import('@coxa/backends/move');
  const moved = await moveToDistributed(folder, config, progress());
  if (json) return printJson({ ok: true, ...moved });
  console.log(
    table([
      ['what', 'count', 'SHA-256, the same on both sides'],
      ['keys of patients', String(moved.keys), 'each compared'],
      ['events', String(moved.events.count), moved.events.sha256],
      ...moved.topics.map(({ topic, count, sha256 }) => [topic, String(count), sha256]),
    ]),
  );
  if (moved.left.length > 0)
    console.log(`\nLeft where they are, for nobody knows them: ${moved.left.join(', ')}`);
  console.log(
    `\nCarried over. Give every instance the folder ${resolve(folder, 'keys')} as its keys, start the services, and put ${folder} away: two installations that both go on cannot be joined again.`,
  );
}

/** How far it has come, on stderr, now and then. */
function progress(): (part: string, done: number) => void {
  let last = 0;
  return (part, done) => {
    const now = performance.now();
    if (now - last < everyMs) return;
    last = now;
    process.stderr.write(`${part}: ${done}\n`);
  };
}
