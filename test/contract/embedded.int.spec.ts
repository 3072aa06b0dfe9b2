import { type Embedded, openEmbedded } from '@coxa/adapter-embedded';
import { systemClock } from '@coxa/eventing';
import { tempFolder } from '../support/temp-folder.js';
import { eventStoreContract } from './event-store.contract.js';
import { keyringContract } from './keyring.contract.js';
import { messageLogContract } from './message-log.contract.js';
import type { Opened } from './opened.js';
import { viewStoreContract } from './view-store.contract.js';

/** One port of the embedded storage in a folder of its own. */
const open =
  <Port>(pick: (embedded: Embedded) => Port) =>
  async (): Promise<Opened<Port>> => {
    const folder = await tempFolder();
    let embedded = await openEmbedded(folder.path, systemClock);
    return {
      port: pick(embedded),
      async reopen() {
        await embedded.close();
        embedded = await openEmbedded(folder.path, systemClock);
        return pick(embedded);
      },
      async destroy() {
        await embedded.close();
        await folder.remove();
      },
    };
  };

eventStoreContract(
  'embedded',
  open(({ events }) => events),
);
messageLogContract(
  'embedded',
  open(({ log }) => log),
);
viewStoreContract(
  'embedded',
  open(({ views }) => views),
);
keyringContract(
  'embedded',
  open(({ keyring }) => keyring),
);
