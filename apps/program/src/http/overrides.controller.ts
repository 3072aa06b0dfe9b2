import { randomUUID } from 'node:crypto';
import {
  AddExerciseValueDto,
  type FieldError,
  formatPosition,
  OverrideDto,
  parseDto,
  PhaseValueDto,
  TargetValueDto,
} from '@coxa/contracts';
import { faultOfValue, isParameter, type OverrideValue } from '@coxa/domain';
import { type Keyring, seal } from '@coxa/eventing';
import { CurrentPrincipal, Describe, invalid, jsonOf, KEYRING, type Principal, Roles } from '@coxa/platform';
import { Controller, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Programmes } from '../programme/programmes.js';
import { PatientAccess } from './patient-access.js';
import { checked } from './patients.controller.js';
import { refusing } from './refusals.js';
import { overrideExamples, overrideTaken } from './words/insight.js';

/** A clinician's word against the rules', with a reason and an end. */
@Controller('v1/patients/:id/overrides')
export class OverridesController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  @Post()
  @Describe({
    tag: 'programme',
    summary: "Puts a clinician's decision in the place of the rules', with a reason and, if wanted, an end.",
    more: '`value` is for `rule` parameters of the ruleset, for `target` { exercise, sets, reps, loadKg }, for `phase` { phase }, for `add-exercise` { exercise, startLoadKg? }; `suspend` and `resume` have none. `from` is the receipt when left out; without `until` it becomes the state from which the rules go on. A dose far above what stands (more than three times the effective load, or four times the repetitions) is refused as `range` until `confirmed: true` says that it is meant.',
    answer: overrideTaken,
    examples: overrideExamples,
  })
  @Roles('clinician')
  @ApiBody({ type: OverrideDto })
  async override(
    @Req() request: FastifyRequest,
    @Param('id') patientId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    await this.access.open(principal, patientId, 'POST /v1/patients/:id/overrides');
    const body = checked(OverrideDto, await jsonOf(request));
    const override = valueOf(body);
    const id = randomUUID();
    const command = {
      kind: 'record-override',
      id,
      override,
      by: principal.subject,
      receivedAt: this.programmes.now(),
      ...(body.from === undefined ? {} : { from: body.from }),
      ...(body.until === undefined ? {} : { until: body.until }),
      ...(body.confirmed ? { confirmed: true } : {}),
    } as const;
    const metadata = { sealed: await seal(this.keyring, patientId, body.reason) };
    const { position } = await refusing(
      this.programmes.handle(patientId, { messageId: `override/${id}`, command, metadata }),
    );
    return { id, position: formatPosition({ in: 'events', position: position! }) };
  }
}

/** The value that belongs to the kind. @throws ProblemException `invalid` */
function valueOf({ kind, value }: OverrideDto): OverrideValue {
  switch (kind) {
    case 'suspend':
    case 'resume':
      if (value !== undefined)
        throw invalid([{ path: '/value', code: 'unknown-field', message: `${kind} has no value` }]);
      return { kind };
    case 'target':
      return { kind, value: within(TargetValueDto, value) };
    case 'phase':
      return { kind, value: within(PhaseValueDto, value) };
    case 'add-exercise':
      return { kind, value: within(AddExerciseValueDto, value) };
    case 'rule':
      return { kind, value: numbers(value) };
    default:
      return kind satisfies never;
  }
}

function within<T extends object>(type: new () => T, value: unknown): T {
  if (value === undefined) throw invalid([{ path: '/value', code: 'required', message: 'is required' }]);
  const parsed = parseDto(type, value);
  if (!parsed.ok) throw invalid(parsed.errors.map((error) => ({ ...error, path: `/value${error.path}` })));
  return { ...parsed.value };
}

function numbers(value: Record<string, unknown> | undefined): Record<string, number> {
  if (value === undefined) throw invalid([{ path: '/value', code: 'required', message: 'is required' }]);
  if (Object.keys(value).length === 0)
    throw invalid([{ path: '/value', code: 'required', message: 'must name a parameter of the ruleset' }]);
  const faults = Object.entries(value).flatMap(([name, parameter]): FieldError[] => {
    const path = `/value/${name}`;
    if (typeof parameter !== 'number') return [{ path, code: 'type', message: 'must be a number' }];
    if (!isParameter(name))
      return [{ path, code: 'unknown-field', message: 'is not a parameter of the ruleset' }];
    const message = faultOfValue(name, parameter);
    return message === null ? [] : [{ path, code: 'range', message }];
  });
  if (faults.length > 0) throw invalid(faults);
  return value as Record<string, number>;
}
