import { createHmac } from 'node:crypto';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { nameId } from '@coxa/contracts';
import { EngineError, RevisionConflict } from '@coxa/eventing';
import { append, read, type Times } from './append.js';

export interface Claim {
  readonly prefix: string;
  readonly masterKey: Uint8Array;
  readonly times: Times;
  /** The address in words. */
  readonly where: string;
}

// A colon is part of no prefix, so that no other installation takes this for its own.
const streamOf = (prefix: string): string => `${prefix}:installation`;

const fingerprintOf = (masterKey: Uint8Array): string =>
  createHmac('sha256', masterKey).update('coxa installation').digest('hex').slice(0, 32);

/**
 * Writes down whose installation this is, or sees that it is ours: a process with another master key would make keys that nobody else can use.
 * @throws EngineError `backend-unfit` when it is another's
 */
export async function claimInstallation(client: EventStoreDBClient, claim: Claim): Promise<void> {
  const stream = streamOf(claim.prefix);
  const fingerprint = fingerprintOf(claim.masterKey);
  const event = {
    id: nameId(`${stream}/${fingerprint}`),
    type: 'coxa.installation-made.v1',
    data: Buffer.from(JSON.stringify({ masterKey: fingerprint })),
    metadata: {},
  };
  try {
    await append(client, stream, 'no-stream', [event], claim.times);
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    await sameInstallation(client, claim);
  }
}

/** False when nobody has claimed it yet. @throws EngineError `backend-unfit` when it is another's */
export async function sameInstallation(
  client: EventStoreDBClient,
  { prefix, masterKey, times, where }: Claim,
): Promise<boolean> {
  const [first] = await read(client, streamOf(prefix), { maxCount: 1 }, times.answerMs);
  if (!first) return false;
  const known = (JSON.parse(Buffer.from(first.data).toString()) as { masterKey: string }).masterKey;
  if (known === fingerprintOf(masterKey)) return true;
  throw new EngineError(
    'backend-unfit',
    `The event store at ${where} belongs to an installation with another master key: give this process the folder "keys" of the others (COXA_DATA_DIR), or a COXA_PREFIX of its own`,
  );
}
