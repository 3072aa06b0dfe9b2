import { openBackends } from '@coxa/backends';
import { runAlone } from '@coxa/platform';
import { ProgramModule } from './program.module.js';

await runAlone({
  name: 'program',
  defaultPort: 3002,
  module: ProgramModule,
  open: openBackends,
});
