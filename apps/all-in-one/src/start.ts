import { IngestModule } from '@coxa/ingest';
import { NotificationModule } from '@coxa/notification';
import { type Config, keepToOwner, type RunningService, startService } from '@coxa/platform';
import { ProgramModule } from '@coxa/program';
import { Module } from '@nestjs/common';
import { openBackends } from './open-backends.js';
import { OpsController } from './ops.controller.js';
import { TestClockController } from './test-clock.controller.js';

@Module({ controllers: [TestClockController] })
class TestClockModule {}

@Module({ imports: [ProgramModule, NotificationModule], controllers: [OpsController] })
class OpsModule {}

/** All three services in one process on the storage that the configuration names. */
export async function startAllInOne(config: Config): Promise<RunningService> {
  keepToOwner();
  const backends = await openBackends(config);
  const testClock = config.testClock === undefined ? [] : [TestClockModule];
  try {
    return await startService({
      config,
      backends,
      modules: [IngestModule, ProgramModule, NotificationModule, OpsModule, ...testClock],
    });
  } catch (error) {
    await backends.close();
    throw error;
  }
}
