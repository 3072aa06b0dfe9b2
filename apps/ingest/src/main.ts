import { openEmbedded } from '@coxa/adapter-embedded';
import { EngineError, systemClock } from '@coxa/eventing';
import { type Config, ConfigError, loadConfig, startService, stopOnSignals } from '@coxa/platform';
import { IngestModule } from './ingest.module.js';

/** The ingest service by itself. */
async function start(config: Config) {
  const backends = { clock: systemClock, ...openEmbedded(config.dataDir, systemClock) };
  try {
    return await startService({ config, backends, modules: [IngestModule] });
  } catch (error) {
    await backends.close();
    throw error;
  }
}

try {
  const service = await start(loadConfig(process.env, 3001, { allowTestClock: false }));
  stopOnSignals(service);
  console.log(`Coxa ingest runs at ${service.address}`);
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof EngineError ? error.message : error);
  process.exitCode = 1;
}
