import { operator, withServer } from '../client.js';
import { printJson, table } from '../output.js';

interface Json {
  readonly json?: boolean;
}

interface Standing {
  readonly name: string;
  readonly version: number;
  readonly position: number | null;
  readonly beside: number | null;
  readonly before: number | null;
  readonly older: readonly number[];
}

const ask = <T>(name: string, what: string): Promise<T> =>
  withServer((client) =>
    client.call<T>(operator, 'POST', `/v1/ops/views/${encodeURIComponent(name)}/${what}`),
  );

/** Every view: where it stands, and what is kept beside it. */
export const viewsList = ({ json }: Json): Promise<void> =>
  withServer(async (client) => {
    const { items } = await client.call<{ items: Standing[] }>(operator, 'GET', '/v1/ops/views');
    if (json) return printJson({ views: items });
    const place = (position: number | null) => (position === null ? '-' : String(position));
    console.log(
      table([
        ['view', 'version', 'stands at', 'built beside', 'before the switch', 'earlier versions'],
        ...items.map(({ name, version, position, beside, before, older }) => [
          name,
          `v${version}`,
          place(position),
          place(beside),
          place(before),
          older.length === 0 ? '-' : older.map((v) => `v${v}`).join(' '),
        ]),
      ]),
    );
  });

export async function viewsBuild(name: string, { json }: Json): Promise<void> {
  const result = await ask<{ events: number }>(name, 'build');
  if (json) return printJson(result);
  console.log(`${name} has been built from ${result.events} events, beside the one in use.`);
  console.log(`Next: coxa views compare ${name}, then coxa views switch ${name}`);
}

/** Exit code 1 when they differ. */
export async function viewsCompare(name: string, { json }: Json): Promise<void> {
  const result = await ask<{ equal: boolean; differences: { key: string; what: string }[] }>(name, 'compare');
  if (!result.equal) process.exitCode = 1;
  if (json) return printJson(result);
  if (result.equal) return console.log('Both hold the same entries.');
  const words: Readonly<Record<string, string>> = {
    'only-left': 'only in the one in use',
    'only-right': 'only in the one beside it',
    different: 'not the same in both',
  };
  console.log(`They differ. The first keys (${result.differences.length}):`);
  console.log(table(result.differences.map(({ key, what }) => [`  ${key}`, words[what] ?? what])));
}

export async function viewsSwitch(name: string, { json }: Json): Promise<void> {
  const result = await ask<Standing>(name, 'switch');
  if (json) return printJson(result);
  console.log(
    `${name} is now the one that was built. The other is kept; put it back with: coxa views rollback ${name}`,
  );
}

export async function viewsRollback(name: string, { json }: Json): Promise<void> {
  const result = await ask<Standing>(name, 'rollback');
  if (json) return printJson(result);
  console.log(
    `${name} is again the one from before the switch, brought up to now. The other is kept beside it.`,
  );
}

/** `what`: beside, before, or the number of an earlier version. */
export async function viewsDrop(name: string, what: string, { json }: Json): Promise<void> {
  const result = await ask<unknown>(name, `drop/${encodeURIComponent(what.replace(/^v(?=\d+$)/, ''))}`);
  if (json) printJson(result);
  else console.log('Dropped.');
}
