import { allowedSkewMs, EducationReadDto, formatPosition, parseInstant } from '@coxa/contracts';
import { educationTopics, programmeAsOf } from '@coxa/domain';
import { type Clock } from '@coxa/eventing';
import {
  CLOCK,
  CurrentPrincipal,
  Describe,
  invalid,
  jsonOf,
  notFound,
  type Principal,
  Queries,
  readQuery,
  Roles,
} from '@coxa/platform';
import { Controller, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Programmes } from '../programme/programmes.js';
import { After } from './after.js';
import { instantAsOf } from './as-of.js';
import { PatientAccess, refuseWithdrawn } from './patient-access.js';
import { checked } from './patients.controller.js';
import { refusing } from './refusals.js';
import { education, educationExamples, educationRead } from './words/insight.js';

/** What there is to understand: shown when it helps, read when it suits. */
@Controller('v1/patients/:id/education')
export class EducationController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(After) private readonly after: After,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Describe({
    tag: 'programme',
    summary:
      'Lists what there is to read and understand now, unread first, for the patient and their clinicians.',
    answer: education,
  })
  @Roles('clinician', 'patient')
  @Queries({ asOf: 'instant', after: 'text' })
  async track(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { asOf, after } = readQuery(query, { asOf: 'instant', after: 'text' });
    await this.access.open(principal, patientId, 'GET /v1/patients/:id/education');
    await this.after.wait(after);
    const at = instantAsOf(asOf, this.clock);
    const view = await this.programmes.inspect(patientId, (state) =>
      programmeAsOf(state, at, this.programmes.ruleset),
    );
    if (!view) throw notFound();
    return { items: view.education };
  }

  @Describe({
    tag: 'programme',
    summary: 'Says that a topic was read, by the patient or together with a clinician.',
    answer: educationRead,
    examples: educationExamples,
  })
  @Post(':topic/acknowledgement')
  @Roles('clinician', 'patient')
  @ApiBody({ type: EducationReadDto })
  async acknowledge(
    @Req() request: FastifyRequest,
    @Param('id') patientId: string,
    @Param('topic') topic: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    const patient = await this.access.open(
      principal,
      patientId,
      'POST /v1/patients/:id/education/:topic/acknowledgement',
    );
    refuseWithdrawn(patient, '');
    if (!educationTopics.some((each) => each.topic === topic)) throw notFound();
    const { acknowledgedAt } = checked(EducationReadDto, await jsonOf(request));
    const receivedAt = this.programmes.now();
    const at = acknowledgedAt ?? receivedAt;
    const path = '/acknowledgedAt';
    if (parseInstant(at)! > this.clock.now() + allowedSkewMs)
      throw invalid([{ path, code: 'in-future', message: 'lies in the future by more than five minutes' }]);
    if (parseInstant(at)! < parseInstant(patient.enrolledAt)!)
      throw invalid([{ path, code: 'before-enrolment', message: 'lies before the enrolment' }]);
    const command = { kind: 'acknowledge-education', topic, at, receivedAt } as const;
    const messageId = `education/${patientId}/${topic}/${at}`;
    const { position } = await refusing(this.programmes.handle(patientId, { messageId, command }));
    const place = formatPosition({ in: 'events', position: position ?? (await this.programmes.head()) });
    return { topic, acknowledgedAt: at, position: place };
  }
}
