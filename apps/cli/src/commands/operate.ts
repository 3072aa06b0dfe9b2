import { parseInstant } from '@coxa/contracts';
import { type Client, type LocalLook, operator, withServer } from '../client.js';
import { CommandFailed, printJson, Progress, table, WrongUse } from '../output.js';
import { explain } from './explain.js';

interface Json {
  readonly json?: boolean;
}

interface Parked {
  readonly id: string;
  readonly group: string;
  readonly key: string;
  readonly reason: string;
  readonly parkedAt: string;
  readonly origin: { readonly topic: string; readonly offset: number };
}

/** Lists the views, or rebuilds those named. */
export const rebuild = (
  names: readonly string[],
  { all, json }: Json & { readonly all?: boolean },
): Promise<void> =>
  withServer(async (client) => {
    const { items } = await client.call<{ items: { name: string; version: number }[] }>(
      operator,
      'GET',
      '/v1/ops/views',
    );
    const wanted = all ? items.map(({ name }) => name) : names;
    const unknown = wanted.filter((name) => !items.some((view) => view.name === name));
    if (unknown.length > 0)
      throw new WrongUse(
        `no view is called ${unknown.join(', ')}; there are: ${items.map(({ name }) => name).join(', ')}`,
      );
    if (wanted.length === 0)
      return json
        ? printJson({ views: items.map(({ name, version }) => ({ name, version })) })
        : console.log(items.map(({ name, version }) => `${name}  v${version}`).join('\n'));
    const progress = new Progress('rebuilding', wanted.length);
    const rebuilt: unknown[] = [];
    for (const name of wanted) {
      rebuilt.push(await client.call(operator, 'POST', `/v1/ops/views/${name}/rebuild`));
      progress.show(rebuilt.length);
    }
    if (json) printJson({ rebuilt });
  });

interface Verified {
  readonly ok: boolean;
  /** null: the folder cannot be opened, so nothing was counted. */
  readonly checkIns: number | null;
  readonly batches: number | null;
  readonly samples: number | null;
  readonly views: readonly { readonly name: string; readonly equal: boolean }[];
  readonly faults: readonly string[];
}

/** Recomputes every view from the log; exit code 1 when one differs, or something is damaged. */
export const verify = async ({ json }: Json): Promise<void> => {
  const result = await withServer((client) =>
    client.call<Verified>(operator, 'POST', '/v1/ops/verify'),
  ).catch(unopened);
  if (json) printJson(result);
  else {
    if (result.batches !== null)
      console.log(`${result.checkIns} check-ins, ${result.batches} batches, ${result.samples} samples`);
    for (const { name, equal } of result.views) console.log(`  ${equal ? 'equal ' : 'DIFFERS'}  ${name}`);
    for (const fault of result.faults) console.log(fault);
  }
  if (!result.ok) process.exitCode = 1;
};

/** A folder that is so damaged that it is not opened: that is what was to be found. */
function unopened(error: unknown): Verified {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'corrupt') throw error;
  return { ok: false, checkIns: null, batches: null, samples: null, views: [], faults: [error.message] };
}

export const parkedList = ({ json }: Json): Promise<void> =>
  withServer(async (client) => {
    const { items } = await client.call<{ items: Parked[] }>(operator, 'GET', '/v1/ops/parked');
    if (json) return printJson({ items });
    if (items.length === 0) return console.log('Nothing is parked.');
    console.log(
      table([
        ['id', 'group', 'key', 'since', 'reason'],
        ...items.map(({ id, group, key, parkedAt, reason }) => [id, group, key, parkedAt, reason]),
      ]),
    );
  });

/** @throws CommandFailed that says what there is */
async function checkParked(client: Client, id: string): Promise<void> {
  const { items } = await client.call<{ items: Parked[] }>(operator, 'GET', '/v1/ops/parked');
  if (items.some((parked) => parked.id === id)) return;
  throw new CommandFailed(
    `no message ${id} is parked; ${items.length === 0 ? 'nothing is' : 'coxa parked ls lists those that are'}`,
  );
}

export const parkedReplay = (id: string, { json }: Json): Promise<void> =>
  withServer(async (client) => {
    await checkParked(client, id);
    const result = await client.call<{ handled: number }>(
      operator,
      'POST',
      `/v1/ops/parked/${encodeURIComponent(id)}/replay`,
    );
    if (json) printJson(result);
    else console.log(`${result.handled} handled.`);
  });

export const parkedDrop = (id: string, { json }: Json): Promise<void> =>
  withServer(async (client) => {
    await checkParked(client, id);
    const result = await client.call(operator, 'POST', `/v1/ops/parked/${encodeURIComponent(id)}/drop`);
    if (json) printJson(result);
    else console.log('Dropped, for good.');
  });

interface InspectOptions {
  readonly asOf?: string;
  readonly local?: boolean;
  readonly token?: string;
  /** An exercise whose target is to be explained. */
  readonly why?: string;
  /** ISO week of that target (default: the week shown). */
  readonly week?: string;
}

/** What is known of one patient. Clinical content: a clinician's token, or --local on the machine that holds the data. */
export const inspect = (
  patientId: string,
  { json, asOf, local, token, why, week }: Json & InspectOptions,
): Promise<void> => {
  if (!local && !token)
    throw new WrongUse(
      "inspect shows clinical content: give a clinician's token with --token, or --local on the machine that holds the data",
    );
  if (asOf !== undefined && parseInstant(asOf) === undefined)
    throw new WrongUse(`--as-of is ${asOf}; expected an RFC 3339 time with offset`);
  return withServer(async (client) => {
    const as = token ?? (await client.local('coxa inspect --local on the machine that holds the data'));
    const path = `/v1/patients/${encodeURIComponent(patientId)}`;
    const program = await client.call<Record<string, unknown> & { position: string }>(
      as,
      'GET',
      `${path}/program${asOf ? `?asOf=${encodeURIComponent(asOf)}` : ''}`,
    );
    if (why !== undefined)
      return explain(client, as, path, program, {
        why,
        ...(week ? { week } : {}),
        ...(asOf ? { asOf } : {}),
        ...(json ? { json } : {}),
      });
    const checkIns: { id: string; at: string }[] = [];
    const sessions: unknown[] = [];
    for await (const item of pages<{ checkInId: string; at: string }>(
      client,
      as,
      `${path}/pain`,
      asOf ? `&to=${encodeURIComponent(asOf)}` : '',
    ))
      checkIns.push({ id: item.checkInId, at: item.at });
    for await (const item of pages<{ startedAt: string }>(client, as, `${path}/sessions`))
      if (asOf === undefined || Date.parse(item.startedAt) <= Date.parse(asOf)) sessions.push(item);
    const { position, ...rest } = program;
    if (json) return printJson({ id: patientId, checkIns, sessions, program: rest, position });
    console.log(JSON.stringify(rest, null, 2));
    console.log(`${checkIns.length} check-ins, ${sessions.length} recorded sessions`);
  });
};

async function* pages<T>(
  client: Parameters<Parameters<typeof withServer>[0]>[0],
  as: string | LocalLook,
  path: string,
  more = '',
): AsyncIterable<T> {
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: T[]; next: string | null } = await client.call(
      as,
      'GET',
      `${path}?limit=200${more}${cursor ? `&cursor=${cursor}` : ''}`,
    );
    yield* page.items;
    cursor = page.next;
  }
}
