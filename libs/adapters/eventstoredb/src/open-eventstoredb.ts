import type { EventStoreDBClient } from '@eventstore/db-client';
import { EngineError, type ViewStore } from '@coxa/eventing';
import { withoutSecrets } from './address.js';
import type { Times } from './append.js';
import { newClient, serverVersion } from './client.js';
import { EsdbEventStore } from './esdb-event-store.js';
import { EsdbKeyring } from './esdb-keyring.js';
import { unfit } from './faults.js';
import { claimInstallation } from './installation.js';
import { LastingPositions } from './lasting-positions.js';

export interface OpenEventStoreDbOptions {
  /** `esdb://` or `kurrentdb://`, with `+discover` or several hosts for a cluster, with user and password where they are needed. */
  readonly url: string;
  /** First part of every stream's name: two installations can share one server. */
  readonly prefix: string;
  /** 32 bytes that wrap the keys of patients; the same for every process of an installation. */
  readonly masterKey: Uint8Array;
  readonly times?: Times;
}

export interface OpenedEventStoreDb {
  readonly events: EsdbEventStore;
  readonly keyring: EsdbKeyring;
  /** For positions that must outlive the views. */
  readonly lasting: ViewStore;
  /** Whether it answers now. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

export const usual: Times = { answerMs: 10_000, retryMs: 10_000 };
/**
 * Before it, a subscription could tell of a place that it had not looked at yet: who went on from there missed an event
 * (https://github.com/kurrent-io/KurrentDB/pull/4035).
 */
const oldest = [23, 10] as const;

/**
 * Opens the event store, the keyring and the lasting positions on EventStoreDB / KurrentDB, and tries whether everything that will be needed
 * is allowed. @throws EngineError `backend-unfit`: which, where, why and what to do
 */
export async function openEventStoreDb({
  url,
  prefix,
  masterKey,
  times = usual,
}: OpenEventStoreDbOptions): Promise<OpenedEventStoreDb> {
  const where = withoutSecrets(url);
  let client: EventStoreDBClient | undefined;
  let events: EsdbEventStore;
  try {
    client = newClient(url);
    checkVersion(await within(times.answerMs, serverVersion(client)), where);
    // The first that a server which is still starting, or choosing its leader, refuses: it is tried again for a while.
    const { since } = await claimInstallation(client, { prefix, masterKey, times, where });
    events = new EsdbEventStore(client, `${prefix}.`, times, since);
    await events.head();
  } catch (error) {
    await client?.dispose();
    throw unfit(where, error);
  }
  // A colon is part of no prefix, so that no other installation, and none of our own subscriptions, takes these for its own.
  const lasting = new LastingPositions(client, (view) => `${prefix}:position-${view}`, times);
  const keyring = new EsdbKeyring(client, (patientId) => `${prefix}:key-${patientId}`, masterKey, times);
  const answers = () => events.head().then(() => true);
  const close = async () => {
    await lasting.close().catch(() => undefined);
    await events.close();
  };
  return { events, keyring, lasting, answers, close };
}

/** @throws EngineError `backend-unfit` for one that lacks what is needed */
export function checkVersion(version: string, where: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (Number.isNaN(major) || major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw new EngineError(
      'backend-unfit',
      `The event store at ${where} is version ${version}: use ${oldest.join('.')} or later`,
    );
}

/** What comes of the work, if it comes in time. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
