import { ProblemException, Roles } from '@coxa/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';

/** What is no request but a stream: check-ins and readings have routes of their own. */
@ApiTags('ingest')
@ApiBearerAuth()
@Controller('v1')
export class IngestController {
  @Get('readings/stream')
  @Roles('device')
  stream(): never {
    throw new ProblemException('upgrade-required', { detail: 'This path speaks WebSocket alone.' });
  }
}
