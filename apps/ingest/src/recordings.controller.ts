import { formatPosition, measurers, motions, positions, purposes, segments, sides } from '@coxa/contracts';
import {
  bytesOf,
  CurrentPrincipal,
  Describe,
  mediaTypeOf,
  Metrics,
  type Principal,
  ProblemException,
  Roles,
} from '@coxa/platform';
import { Controller, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { InFlight } from './in-flight.js';
import { RECORDING_RATE } from './limits.js';
import { RateLimit } from './rate-limit.js';
import { recordingDetails } from './recording-details.js';
import { recordingTaken } from './recordings-words.js';
import { uploadedFile } from './recording-form.js';
import { RecordingsIntake } from './recordings-intake.js';

const optional = (name: string, description: string, values?: readonly string[]) =>
  ApiQuery({ name, required: false, description, ...(values ? { enum: [...values] } : { type: String }) });

/** The way in for files that devices and apps export. 202 is said once all of it is durable, never before. */
@Controller('v1')
export class RecordingsController {
  constructor(
    @Inject(RecordingsIntake) private readonly intake: RecordingsIntake,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(RECORDING_RATE) private readonly rate: RateLimit,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Post('recordings')
  @HttpCode(202)
  @Roles('device', 'clinician')
  @Describe({
    tag: 'readings',
    summary:
      "Takes a device's own file, from the device or a clinician: Xsens DOT or MT, OpenSim, Sensor Logger, phyphox, CSV with units in the titles.",
    more: 'What is said in the query may as well be fields of a form. What is left out is taken from the device as registered.',
    answer: recordingTaken,
  })
  @ApiConsumes('text/csv', 'application/octet-stream', 'multipart/form-data')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @optional('deviceId', 'whose recording it is; a device need not say')
  @optional('sessionId', "made from the file's content when left out, so that the same file is taken once")
  @optional('sensor', 'which sensor, when the file holds several')
  @optional('segment', 'where it was worn', segments)
  @optional('side', 'on which side', sides)
  @optional('position', 'standing when left out, in which one sensor tells no angle', positions)
  @optional('purpose', 'measurement when left out', purposes)
  @optional('motion', 'active when left out', motions)
  @optional('measuredBy', 'self for a device, clinician for a clinician when left out', measurers)
  @optional('startedAt', 'RFC 3339, when the file does not say or says it wrong')
  @optional('captureId', 'pairs sensors worn at once')
  @optional('mounting', 'sensor to segment as w,x,y,z, when it is not that of the device')
  @optional('neutral', 'neutral poses as fromMs-toMs from the first sample, several with a comma between')
  async take(
    @Req() request: FastifyRequest,
    @Query() query: Record<string, unknown>,
    @CurrentPrincipal() principal: Principal,
  ) {
    if (!this.rate.take(`${principal.role}/${principal.subject}`))
      throw new ProblemException('too-many-requests', {
        detail: 'Slow down; nothing was taken.',
        retryAfterS: 1,
      });
    recordingDetails(query);
    const bytes = await bytesOf(request);
    const file = await uploadedFile(request.headers['content-type'], mediaTypeOf(request), bytes);
    const details = recordingDetails({ ...file.fields, ...query });
    const taken = await this.inFlight.run(bytes.length, () => this.intake.take(principal, file, details));
    this.metrics.accepted.inc({ kind: 'recording', duplicate: taken.duplicate ? 'yes' : 'no' });
    const { topic, partition, offset } = taken.position;
    return { ...taken, position: formatPosition({ in: 'log', topic, partition, offset }) };
  }
}
