import { openBackends } from '@coxa/backends';
import { runAlone } from '@coxa/platform';
import { NotificationModule } from './notification.module.js';

await runAlone({
  name: 'notification',
  defaultPort: 3003,
  module: NotificationModule,
  open: openBackends,
});
