import { allowedSkewMs, formatPosition, parseInstant, QuestionnaireDto } from '@coxa/contracts';
import { faultsOfAnswers, measureDefinitions, outcomesOf, scoringOf } from '@coxa/domain';
import { type Clock } from '@coxa/eventing';
import {
  CLOCK,
  CurrentPrincipal,
  invalid,
  jsonOf,
  type Principal,
  Queries,
  readQuery,
  Roles,
} from '@coxa/platform';
import { Controller, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Programmes } from '../programme/programmes.js';
import { After } from './after.js';
import { PatientAccess } from './patient-access.js';
import { checked } from './patients.controller.js';
import { refusing } from './refusals.js';

/** Outcome measures: scored here, worded elsewhere. */
@ApiTags('questionnaires')
@ApiBearerAuth()
@Controller('v1/patients/:id/questionnaires')
export class QuestionnairesController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(After) private readonly after: After,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @Roles('clinician', 'patient')
  @ApiBody({ type: QuestionnaireDto })
  async answer(
    @Req() request: FastifyRequest,
    @Param('id') patientId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    await this.access.open(principal, patientId, 'POST /v1/patients/:id/questionnaires');
    const { id, at, measure, version, answers } = checked(QuestionnaireDto, await jsonOf(request));
    if (parseInstant(at)! > this.clock.now() + allowedSkewMs)
      throw invalid([
        { path: '/at', code: 'in-future', message: 'lies in the future by more than five minutes' },
      ]);
    const definition = scoringOf(measure, version);
    const faults = definition ? faultsOfAnswers(definition, answers) : [];
    if (faults.length > 0)
      throw invalid(
        faults.map(({ index, message }) => ({
          path: index < 0 ? '/answers' : `/answers/${index}`,
          code: 'range',
          message,
        })),
      );
    const command = {
      kind: 'record-questionnaire',
      questionnaire: { id, at, measure, version, answers },
      receivedAt: this.programmes.now(),
    } as const;
    const messageId = `questionnaire/${patientId}/${id}/${measure}/${at}/${version}/${JSON.stringify(answers)}`;
    const { position, events } = await refusing(this.programmes.handle(patientId, { messageId, command }));
    const [kept] = await this.list(patientId, id);
    const place = formatPosition({ in: 'events', position: position ?? (await this.programmes.head()) });
    return { ...kept, duplicate: events.length === 0, position: place };
  }

  @Get()
  @Roles('clinician', 'patient')
  @Queries({ after: 'text' })
  async all(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { after } = readQuery(query, { after: 'text' });
    await this.access.open(principal, patientId, 'GET /v1/patients/:id/questionnaires');
    await this.after.wait(after);
    return { items: await this.list(patientId), measures: measureDefinitions };
  }

  private list(patientId: string, id?: string) {
    return this.programmes.inspect(patientId, (state) =>
      outcomesOf(state, this.programmes.ruleset).filter((each) => id === undefined || each.id === id),
    );
  }
}
