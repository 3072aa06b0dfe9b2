import { checkInSchema, formatPosition, parseJson } from '@coxa/contracts';
import {
  bytesOf,
  CurrentPrincipal,
  invalid,
  mediaTypeOf,
  Metrics,
  notFound,
  type Principal,
  ProblemException,
  readQuery,
  Roles,
} from '@coxa/platform';
import { Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CheckInIntake } from './check-in-intake.js';
import type { Intake } from './check-in-verdict.js';
import { InFlight } from './in-flight.js';
import { CHECK_IN_RATE, maxCheckIns } from './limits.js';
import { RateLimit } from './rate-limit.js';

/** The way in for people; readings have a route of their own. 202 is said once it is durable, never before. */
@ApiTags('ingest')
@ApiBearerAuth()
@Controller('v1')
export class IngestController {
  constructor(
    @Inject(CheckInIntake) private readonly intake: CheckInIntake,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(CHECK_IN_RATE) private readonly checkInRate: RateLimit,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Post('check-ins')
  @HttpCode(202)
  @Roles('patient', 'device', 'clinician')
  @ApiBody({
    schema: {
      oneOf: [checkInSchema, { type: 'array', items: checkInSchema, maxItems: maxCheckIns }],
    } as never,
  })
  async checkIns(@Req() request: FastifyRequest, @CurrentPrincipal() principal: Principal) {
    limited(this.checkInRate, principal);
    readQuery(request.query, {});
    if (mediaTypeOf(request) !== 'application/json')
      throw new ProblemException('unsupported-type', { detail: 'Content-Type must be application/json.' });
    const bytes = await bytesOf(request);
    const body = parseJson(bytes);
    const taken = await this.inFlight.run(bytes.length, () =>
      Array.isArray(body) ? this.many(principal, body) : this.single(principal, body),
    );
    this.metrics.accepted.inc({ kind: 'check-in', duplicate: 'no' }, taken.accepted);
    this.metrics.accepted.inc({ kind: 'check-in', duplicate: 'yes' }, taken.duplicates);
    return {
      ...taken,
      position: taken.position === null ? null : formatPosition({ in: 'log', ...placeOf(taken.position) }),
    };
  }

  @Get('readings/stream')
  @Roles('device')
  stream(): never {
    throw new ProblemException('upgrade-required', { detail: 'This path speaks WebSocket alone.' });
  }

  private many(principal: Principal, entries: readonly unknown[]): Promise<Intake> {
    if (entries.length > maxCheckIns)
      throw new ProblemException('too-large', { detail: `An array may hold ${maxCheckIns} check-ins.` });
    if (entries.length === 0)
      throw invalid([{ path: '', code: 'range', message: 'must hold at least one check-in' }]);
    return this.intake.take(principal, entries, (index) => `/${index}`);
  }

  private async single(principal: Principal, body: unknown): Promise<Intake> {
    const taken = await this.intake.take(principal, [body], () => '');
    const [fault] = taken.rejected;
    if (!fault) return taken;
    if (fault.errors.some(({ code }) => code === 'unknown-patient')) throw notFound();
    throw invalid(fault.errors);
  }
}

const placeOf = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }) => ({
  topic,
  partition,
  offset,
});

function limited(rate: RateLimit, { role, subject }: Principal): void {
  if (!rate.take(`${role}/${subject}`))
    throw new ProblemException('too-many-requests', {
      detail: 'Slow down; nothing was taken.',
      retryAfterS: 1,
    });
}
