import { openEmbedded } from '@coxa/adapter-embedded';
import { runAlone } from '@coxa/platform';
import { IngestModule } from './ingest.module.js';

await runAlone({
  name: 'ingest',
  defaultPort: 3001,
  module: IngestModule,
  open: ({ dataDir }, clock) => openEmbedded(dataDir, clock),
});
