import { createHmac } from 'node:crypto';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { nameId } from '@coxa/contracts';
import { EngineError, RevisionConflict } from '@coxa/eventing';
import { append, read, type Times } from './append.js';

export interface Installation {
  readonly prefix: string;
  /** Undefined: whoever's it is, it is only looked at. */
  readonly masterKey: Uint8Array | undefined;
  readonly times: Times;
  /** The address in words. */
  readonly where: string;
}

/** An installation that is there. */
export interface Founded {
  /** Before all events of it, so that nobody needs to look further back; null when that cannot be told. */
  readonly since: number | null;
}

// A colon is part of no prefix, so that no other installation takes this for its own.
const streamOf = (prefix: string): string => `${prefix}:installation`;

const fingerprintOf = (masterKey: Uint8Array): string =>
  createHmac('sha256', masterKey).update('coxa installation').digest('hex').slice(0, 32);

/**
 * Writes down whose installation this is, or sees that it is ours: a process with another master key would make keys that nobody else can use.
 * @throws EngineError `backend-unfit` when it is another's
 */
export async function claimInstallation(
  client: EventStoreDBClient,
  installation: Installation & { readonly masterKey: Uint8Array },
): Promise<Founded> {
  const { prefix, masterKey, times } = installation;
  const stream = streamOf(prefix);
  const fingerprint = fingerprintOf(masterKey);
  const event = {
    id: nameId(`${stream}/${fingerprint}`),
    type: 'coxa.installation-made.v1',
    data: Buffer.from(JSON.stringify({ masterKey: fingerprint })),
    metadata: {},
  };
  try {
    await append(client, stream, 'no-stream', [event], times);
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
  }
  const founded = await findInstallation(client, installation);
  if (!founded) throw new EngineError('storage-failed', 'the event store lost what it had taken');
  return founded;
}

/** Undefined when nobody has claimed it yet. @throws EngineError `backend-unfit` when it is another's */
export async function findInstallation(
  client: EventStoreDBClient,
  { prefix, masterKey, times, where }: Installation,
): Promise<Founded | undefined> {
  const [first] = await read(client, streamOf(prefix), { maxCount: 1 }, times.answerMs);
  if (!first) return undefined;
  const known = (JSON.parse(Buffer.from(first.data).toString()) as { masterKey: string }).masterKey;
  if (masterKey && known !== fingerprintOf(masterKey))
    throw new EngineError(
      'backend-unfit',
      `The event store at ${where} belongs to an installation with another master key: give this process the folder "keys" of the others (COXA_DATA_DIR), or a COXA_PREFIX of its own`,
    );
  // Whatever deleted the very first may have been done after events were written.
  return { since: first.revision === 0 ? first.position : null };
}
