import { openBackends } from '@coxa/backends';
import { runAlone } from '@coxa/platform';
import { IngestModule } from './ingest.module.js';

await runAlone({
  name: 'ingest',
  defaultPort: 3001,
  module: IngestModule,
  open: openBackends,
});
