import { openEmbedded } from '@coxa/adapter-embedded';
import { type Clock, systemClock, TestClock } from '@coxa/eventing';
import type { Backends, Config } from '@coxa/platform';

/** Opens what the configuration names, with the clock that rules it. */
export async function openBackends(
  config: Config,
): Promise<Backends & { readonly clock: Clock; close(): Promise<void> }> {
  const clock = config.testClock === undefined ? systemClock : new TestClock(config.testClock);
  return { clock, ...(await openEmbedded(config.dataDir, clock)) };
}
