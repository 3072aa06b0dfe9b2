import { systemClock, type Clock } from '@coxa/eventing';
import type { Type } from '@nestjs/common';
import { type Config, loadConfig } from '../config.js';
import type { Backends } from './platform-module.js';
import { keepToOwner } from './keep-to-owner.js';
import { startErrorOf } from './start-error.js';
import { startService, stopOnSignals } from './start-service.js';

export interface AloneOptions {
  readonly name: string;
  readonly defaultPort: number;
  readonly module: Type;
  /** Opens the storage that the configuration names. */
  readonly open: (
    config: Config,
    clock: Clock,
  ) => Promise<Omit<Backends, 'clock'> & { close(): Promise<void> }>;
}

/** Runs one service in a process of its own, until it is told to stop. */
export async function runAlone({ name, defaultPort, module, open }: AloneOptions): Promise<void> {
  keepToOwner();
  try {
    const config = loadConfig(process.env, defaultPort, { allowTestClock: false });
    const backends = { clock: systemClock, ...(await open(config, systemClock)) };
    const service = await startService({ config, backends, modules: [module] }).catch(
      async (error: unknown) => {
        await backends.close();
        throw error;
      },
    );
    stopOnSignals(service);
    console.log(`Coxa ${name} runs at ${service.address}`);
  } catch (error) {
    console.error(startErrorOf(error));
    process.exitCode = 1;
  }
}
