import { allowedSkewMs, formatPosition, MeasurementDto, parseInstant } from '@coxa/contracts';
import { type Clock } from '@coxa/eventing';
import { CLOCK, CurrentPrincipal, invalid, jsonOf, type Principal, Roles } from '@coxa/platform';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Programmes } from '../programme/programmes.js';
import { PatientAccess } from './patient-access.js';
import { checked, toRotation } from './patients.controller.js';
import { refusing } from './refusals.js';

/** Readings of a hand-held goniometer. */
@ApiTags('measurements')
@ApiBearerAuth()
@Controller('v1/measurements')
export class MeasurementsController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(202)
  @Roles('clinician', 'patient')
  @ApiBody({ type: MeasurementDto })
  async measure(@Req() request: FastifyRequest, @CurrentPrincipal() principal: Principal) {
    const body = checked(MeasurementDto, await jsonOf(request));
    const { enrolledAt } = await this.access.open(principal, body.patientId, 'POST /v1/measurements');
    const at = parseInstant(body.at)!;
    if (at > this.clock.now() + allowedSkewMs)
      throw invalid([
        { path: '/at', code: 'in-future', message: 'lies in the future by more than five minutes' },
      ]);
    if (at < parseInstant(enrolledAt)!)
      throw invalid([{ path: '/at', code: 'before-enrolment', message: 'lies before the enrolment' }]);
    const rotation = toRotation(body);
    const known = await this.programmes.inspect(body.patientId, ({ readings }) =>
      readings.find(({ id }) => id === body.id),
    );
    const receivedAt = this.programmes.now();
    const command = { kind: 'record-rotation', rotation, receivedAt, fresh: true } as const;
    const { position, events } = await refusing(
      this.programmes.handle(body.patientId, {
        messageId: `measurement/${body.patientId}/${body.id}`,
        command,
      }),
    );
    const place = formatPosition({ in: 'events', position: position ?? (await this.programmes.head()) });
    return { accepted: true, duplicate: known !== undefined && events.length === 0, position: place };
  }
}
