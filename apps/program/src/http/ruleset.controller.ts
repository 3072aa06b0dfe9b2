import {
  compareRulesets,
  defaultRuleset,
  exerciseCatalogue,
  parameterDefinitions,
  parseRuleset,
  type ParsedRuleset,
  ruleDefinitions,
} from '@coxa/domain';
import { type Clock } from '@coxa/eventing';
import { CLOCK, CurrentPrincipal, Describe, invalid, jsonOf, type Principal, Roles } from '@coxa/platform';
import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Programmes } from '../programme/programmes.js';
import { PatientAccess } from './patient-access.js';
import { candidate, candidateExamples, comparison, ruleset as rulesetShape } from './words/insight.js';

/** The rules as data, and what others would have decided. */
@Controller('v1')
export class RulesetController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Describe({
    tag: 'programme',
    summary:
      'Gives the rules as data, for everybody with a token: each number with unit, range and source, the rules, the exercises.',
    answer: rulesetShape,
  })
  @Get('ruleset')
  @Roles('device', 'patient', 'clinician', 'operator')
  ruleset() {
    const { version, parameters } = this.programmes.ruleset;
    const described = Object.entries(parameterDefinitions).map(([name, definition]) => [
      name,
      { ...definition, value: parameters[name as keyof typeof parameters] },
    ]);
    return {
      version,
      parameters: Object.fromEntries(described) as Record<string, unknown>,
      rules: ruleDefinitions,
      exercises: exerciseCatalogue,
    };
  }

  @Describe({
    tag: 'programme',
    summary: 'Tells what another ruleset would have decided for a patient, for a clinician of the patient.',
    more: 'Nothing is written but that somebody looked.',
    answer: comparison,
    examples: candidateExamples,
  })
  @ApiBody({ schema: candidate as never })
  @Post('patients/:id/ruleset-comparison')
  @HttpCode(200)
  @Roles('clinician')
  async compare(
    @Req() request: FastifyRequest,
    @Param('id') patientId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    await this.access.open(principal, patientId, 'POST /v1/patients/:id/ruleset-comparison');
    const candidate = read(parseRuleset(await jsonOf(request)));
    const history = await this.programmes.history(patientId);
    return {
      patientId,
      ruleset: candidate.version,
      ...compareRulesets(history, candidate, defaultRuleset, this.clock.now()),
    };
  }
}

/** @throws ProblemException `invalid` with every fault and its place */
function read(parsed: ParsedRuleset) {
  if (parsed.ok) return parsed.ruleset;
  throw invalid(parsed.faults.map(({ path, message }) => ({ path, code: 'range' as const, message })));
}
