import { Describe, ProblemException, Roles } from '@coxa/platform';
import { Controller, Get } from '@nestjs/common';

/** What is no request but a stream: check-ins and readings have routes of their own. */
@Controller('v1')
export class IngestController {
  @Get('readings/stream')
  @Describe({
    tag: 'readings',
    summary:
      'Opens a WebSocket on which a device sends batches as it measures, each acknowledged once durable.',
    more: 'One CBOR batch a binary message; how many may be in flight is told by credits. The token goes into the header, or into the subprotocols `coxa.v1, bearer.<token>`. A request that is no upgrade is 426.',
    status: 101,
    answer: null,
  })
  @Roles('device')
  stream(): never {
    throw new ProblemException('upgrade-required', { detail: 'This path speaks WebSocket alone.' });
  }
}
