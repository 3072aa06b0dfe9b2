import {
  allowedSkewMs,
  formatPosition,
  MalformedError,
  parseInstant,
  QuestionnaireDto,
} from '@coxa/contracts';
import { faultsOfAnswers, measureDefinitions, outcomesOf, scoringOf } from '@coxa/domain';
import { type Clock } from '@coxa/eventing';
import {
  CLOCK,
  CurrentPrincipal,
  Describe,
  invalid,
  jsonOf,
  parseCursor,
  type Principal,
  Queries,
  readQuery,
  Roles,
  toPage,
} from '@coxa/platform';
import { Controller, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Programmes } from '../programme/programmes.js';
import { After } from './after.js';
import { PatientAccess, refuseWithdrawn } from './patient-access.js';
import { checked } from './patients.controller.js';
import { refusing } from './refusals.js';
import { questionnaireExamples, questionnaires, questionnaireTaken } from './words/measurements.js';

/** Outcome measures: scored here, worded elsewhere. */
@Controller('v1/patients/:id/questionnaires')
export class QuestionnairesController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(After) private readonly after: After,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @Describe({
    tag: 'measurements',
    summary: 'Takes the answers to a questionnaire and scores them, from the patient or a clinician.',
    more: 'Answers by their place, null where one is missing. The same again is a duplicate.',
    answer: questionnaireTaken,
    examples: questionnaireExamples,
  })
  @Roles('clinician', 'patient')
  @ApiBody({ type: QuestionnaireDto })
  async answer(
    @Req() request: FastifyRequest,
    @Param('id') patientId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    const patient = await this.access.open(principal, patientId, 'POST /v1/patients/:id/questionnaires');
    refuseWithdrawn(patient, '');
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
  @Describe({
    tag: 'measurements',
    summary:
      "Lists a patient's questionnaires with scores and changes, oldest first, for the patient and their clinicians.",
    more: 'Without `limit` all of them.',
    answer: questionnaires,
  })
  @Roles('clinician', 'patient')
  @ApiQuery({
    name: 'limit',
    required: false,
    description: 'How many items a page may hold; all of them when left out',
    schema: { type: 'integer', minimum: 1, maximum: 200 },
  })
  @Queries({ cursor: 'text', after: 'text' })
  async all(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { limit, cursor, after } = readQuery(query, { limit: 'limit', cursor: 'text', after: 'text' });
    await this.access.open(principal, patientId, 'GET /v1/patients/:id/questionnaires');
    await this.after.wait(after);
    const prefix = `${patientId}/`;
    const last = cursor === undefined ? undefined : parseCursor(cursor, prefix).slice(prefix.length);
    const all = await this.list(patientId);
    const begin = last === undefined ? 0 : all.findIndex(({ id }) => id === last) + 1;
    if (last !== undefined && begin === 0)
      throw new MalformedError('the cursor does not belong to this list', { query: 'cursor' });
    // Who asks for no pages gets none: they were all told at once before there were pages.
    const page = toPage(all.slice(begin), limit ?? all.length, ({ id }) => `${prefix}${id}`);
    return { ...page, measures: measureDefinitions };
  }

  private list(patientId: string, id?: string) {
    return this.programmes.inspect(patientId, (state) =>
      outcomesOf(state, this.programmes.ruleset).filter((each) => id === undefined || each.id === id),
    );
  }
}
