import { responsesAsOf, whyOf } from '@coxa/domain';
import { type Clock } from '@coxa/eventing';
import {
  CLOCK,
  CurrentPrincipal,
  Describe,
  notFound,
  type Principal,
  readQuery,
  Roles,
} from '@coxa/platform';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { Programmes } from '../programme/programmes.js';
import { After } from './after.js';
import { instantAsOf } from './as-of.js';
import { PatientAccess } from './patient-access.js';
import { responses, why } from './words/insight.js';

/** What lies behind the programme: why a target is what it is, and what this body responds to. */
@Controller('v1/patients/:id')
export class InsightController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(After) private readonly after: After,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('targets/:week/:exercise/why')
  @Describe({
    tag: 'programme',
    summary:
      'Explains a target: itself, then each target before it back to the start, with what it rests on, for the patient and their clinicians.',
    answer: why,
  })
  @Roles('clinician', 'patient')
  @ApiQuery({ name: 'asOf', required: false })
  @ApiQuery({ name: 'after', required: false })
  async why(
    @Param('id') patientId: string,
    @Param('week') week: string,
    @Param('exercise') exercise: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const action = 'GET /v1/patients/:id/targets/:week/:exercise/why';
    const at = await this.instantOf(patientId, query, principal, action);
    const events = await this.programmes.history(patientId);
    return whyOf(events, { exercise, week, at }, this.programmes.ruleset) ?? refuse();
  }

  @Get('responses')
  @Describe({
    tag: 'programme',
    summary:
      'Tells what this body takes well and what not, exercise by exercise, for the patient and their clinicians.',
    more: 'It looks back and decides nothing.',
    answer: responses,
  })
  @Roles('clinician', 'patient')
  @ApiQuery({ name: 'asOf', required: false })
  @ApiQuery({ name: 'after', required: false })
  async responses(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const at = await this.instantOf(patientId, query, principal, 'GET /v1/patients/:id/responses');
    const view = await this.programmes.inspect(patientId, (state) =>
      responsesAsOf(state, at, this.programmes.ruleset),
    );
    return view ?? refuse();
  }

  /** The instant that is asked about, once the caller may see it and the views have it. */
  private async instantOf(
    patientId: string,
    query: unknown,
    principal: Principal,
    action: string,
  ): Promise<number> {
    const { asOf, after } = readQuery(query, { asOf: 'instant', after: 'text' });
    await this.access.open(principal, patientId, action);
    await this.after.wait(after);
    return instantAsOf(asOf, this.clock);
  }
}

function refuse(): never {
  throw notFound();
}
