import { openBackends as open, type OpenedBackends } from '@coxa/backends';
import { type Clock, systemClock, TestClock } from '@coxa/eventing';
import type { Config } from '@coxa/platform';
import { keepTestClock, keptTestClock } from './kept-test-clock.js';

/** Opens what the configuration names, with the clock that rules it. A test clock goes on where it stood: time never turns back. */
export async function openBackends(config: Config): Promise<OpenedBackends & { readonly clock: Clock }> {
  const { dataDir, testClock } = config;
  const instant = testClock === undefined ? undefined : Math.max(testClock, keptTestClock(dataDir) ?? 0);
  const clock = instant === undefined ? systemClock : new TestClock(instant);
  const backends = await open(config, clock);
  keepTestClock(dataDir, instant);
  return { clock, ...backends };
}
