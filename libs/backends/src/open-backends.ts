import { type Clock, EngineError } from '@coxa/eventing';
import { type Backends, type Config, startErrorOf } from '@coxa/platform';
import type { Opened } from './opened.js';
import { positionsThatLast } from './positions-that-last.js';

export type OpenedBackends = Omit<Backends, 'clock'> & { close(): Promise<void> };

/**
 * Opens what the configuration names: the one place that knows which adapter stands behind which port.
 * @throws EngineError with everything that cannot be opened, each with where and what to do; nothing is left open then
 */
export async function openBackends(config: Config, clock: Clock): Promise<OpenedBackends> {
  const opened: Opened[] = [];
  const close = async () => {
    // Each once, whatever the others do.
    const closed = await Promise.allSettled(opened.splice(0).map((backend) => backend.close()));
    for (const result of closed) if (result.status === 'rejected') throw result.reason;
  };
  const found = await Promise.allSettled(
    openers(config, clock).map(async (open) => {
      const backend = await open();
      opened.push(backend);
      return backend;
    }),
  );
  const faults = found.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (faults.length > 0) {
    await close();
    throw faults.length === 1 ? faults[0] : together(faults);
  }
  const parts = Object.assign({}, ...opened.map(({ parts }) => parts)) as Omit<Backends, 'clock' | 'checks'>;
  const lasting = opened.find((each) => each.lasting)?.lasting;
  const views = config.views === 'redis' && lasting ? positionsThatLast(parts.views, lasting) : parts.views;
  const checks = opened.flatMap(({ checks }) => Object.entries(checks ?? {}));
  return { ...parts, views, checks: Object.fromEntries(checks), close };
}

/** One opener for each vendor that is used; what is not used is not even loaded. */
function openers(config: Config, clock: Clock): (() => Promise<Opened>)[] {
  const { log, events, views } = config;
  const embedded = [log, events, views].includes('embedded');
  return [
    ...(embedded ? [async () => (await import('./embedded.js')).openEmbeddedParts(config, clock)] : []),
    ...(events === 'eventstoredb'
      ? [async () => (await import('./eventstoredb.js')).openEventStoreParts(config)]
      : []),
    ...(views === 'redis' ? [async () => (await import('./redis.js')).openRedisParts(config)] : []),
    ...(log === 'kafka' ? [async () => (await import('./kafka.js')).openKafkaParts(config)] : []),
  ];
}

function together(faults: readonly unknown[]): EngineError {
  const words = faults
    .map(startErrorOf)
    .map((told) => `  - ${told instanceof Error ? told.message : String(told)}`);
  return new EngineError('storage-failed', `${faults.length} backends cannot be used:\n${words.join('\n')}`, {
    cause: faults[0],
  });
}
