import { openBackends as open, type OpenedBackends } from '@coxa/backends';
import { type Clock, systemClock, TestClock } from '@coxa/eventing';
import type { Config } from '@coxa/platform';

/** Opens what the configuration names, with the clock that rules it. */
export async function openBackends(config: Config): Promise<OpenedBackends & { readonly clock: Clock }> {
  const clock = config.testClock === undefined ? systemClock : new TestClock(config.testClock);
  return { clock, ...(await open(config, clock)) };
}
