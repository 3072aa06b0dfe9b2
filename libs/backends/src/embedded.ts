import { openEmbedded } from '@coxa/adapter-embedded';
import type { Clock } from '@coxa/eventing';
import type { Config } from '@coxa/platform';
import type { Opened } from './opened.js';

/** The parts of the embedded storage that the configuration asks for. The keys of patients lie where the events lie. */
export async function openEmbeddedParts(config: Config, clock: Clock): Promise<Opened> {
  const { log, events, views, keyring, close } = await openEmbedded(config.dataDir, clock);
  return {
    parts: {
      ...(config.log === 'embedded' ? { log } : {}),
      ...(config.events === 'embedded' ? { events, keyring } : {}),
      ...(config.views === 'embedded' ? { views } : {}),
    },
    ...(config.events === 'embedded' ? { lasting: views } : {}),
    close,
  };
}
