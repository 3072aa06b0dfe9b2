import { randomUUID } from 'node:crypto';
import {
  allowedSkewMs,
  EnrolDto,
  type FieldError,
  formatPosition,
  parseDto,
  parseInstant,
  PatchPatientDto,
} from '@coxa/contracts';
import {
  type Clock,
  type Keyring,
  Registry,
  seal,
  unseal,
  until,
  viewName,
  type ViewStore,
} from '@coxa/eventing';
import {
  CLOCK,
  CurrentPrincipal,
  Describe,
  invalid,
  jsonOf,
  KEYRING,
  type Principal,
  ProblemException,
  Queries,
  readQuery,
  Roles,
  VIEW_STORE,
} from '@coxa/platform';
import { Controller, Get, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { PatientEvent, RegistrationFact } from '../programme/patient-decider.js';
import { Programmes } from '../programme/programmes.js';
import { patientsView } from '../views/event-views.js';
import { After } from './after.js';
import { consentAfter, consentFaults, enrolCommand, reusedIds, unborn, unreachable } from './enrolment.js';
import { PatientAccess } from './patient-access.js';
import { refusing } from './refusals.js';
import { changeExamples, enrolmentExamples, patient, patientWritten } from './words/patients.js';

/** The registry is a relay and a topic behind the events; longer than this something is wrong. */
const knownWithinMs = 5_000;

/** Who is enrolled, and on what terms. */
@Controller('v1/patients')
export class PatientsController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(After) private readonly after: After,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @Describe({
    tag: 'patients',
    summary: 'Enrols a patient, for the clinician who thereby joins the care team.',
    more: 'Without `id` one is made. While something is missing for phase 1 the programme stands in phase 0 and says what. An `id` that exists is 409.',
    answer: patientWritten,
    examples: enrolmentExamples,
  })
  @Roles('clinician')
  @ApiBody({ type: EnrolDto })
  async enrol(@Req() request: FastifyRequest, @CurrentPrincipal() principal: Principal) {
    const body = checked(EnrolDto, await jsonOf(request));
    const receivedAt = this.programmes.now();
    // To the second: a check-in of the same second, told in whole seconds, does not lie before it.
    const enrolledAt = body.enrolledAt ?? `${receivedAt.slice(0, 19)}Z`;
    const faults = [
      ...this.futureFaults([
        ['/enrolledAt', body.enrolledAt],
        ['/consent/at', body.consent.at],
        ['/education/acknowledgedAt', body.education?.acknowledgedAt],
        ...(body.baseline.rotation ?? []).map(({ at }, i) => [`/baseline/rotation/${i}/at`, at] as const),
      ]),
      ...unreachable(body.id),
      ...unborn(body.birthYear, enrolledAt),
      ...reusedIds(body.baseline.rotation ?? []),
    ];
    if (faults.length > 0) throw invalid(faults);
    const patientId = body.id ?? `p-${randomUUID()}`;
    if (this.registry.patient(patientId) || this.registry.device(patientId)) throw taken();
    const { zone, side, consent } = body;
    const fact: RegistrationFact = {
      kind: 'patient',
      patientId,
      enrolledAt,
      zone,
      side,
      careTeam: [...new Set([principal.subject, ...(body.careTeam ?? [])])],
      consent: { ...consent },
    };
    // Their own key is there from the first day, before anything of theirs is.
    await this.keyring.keyFor(patientId);
    const sealedName =
      body.name === undefined ? {} : { sealedName: await seal(this.keyring, patientId, body.name) };
    const messageId = `enrol/${patientId}/${receivedAt}/${randomUUID()}`;
    const result = await this.programmes.run(patientId, [
      { messageId, command: { kind: 'register', fact, receivedAt }, metadata: sealedName },
      {
        messageId: `${messageId}/programme`,
        command: enrolCommand(body, { patientId, enrolledAt, receivedAt }),
      },
    ]);
    if (result.error !== undefined) throw await refused(result.error);
    await this.registered(patientId, result);
    await this.access.open(principal, patientId, 'POST /v1/patients');
    return {
      patientId,
      id: patientId,
      position: formatPosition({ in: 'events', position: result.position! }),
    };
  }

  @Patch(':id')
  @Describe({
    tag: 'patients',
    summary:
      'Changes zone, care team, consent, education or the pain of the baseline, for a clinician of the patient.',
    more: '`consent: { withdrawnAt }` withdraws it: nothing is taken any more.',
    answer: patientWritten,
    examples: changeExamples,
  })
  @HttpCode(200)
  @Roles('clinician')
  @ApiBody({ type: PatchPatientDto })
  async update(
    @Req() request: FastifyRequest,
    @Param('id') patientId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    await this.access.open(principal, patientId, 'PATCH /v1/patients/:id');
    const body = checked(PatchPatientDto, await jsonOf(request));
    const faults = [
      ...consentFaults(body.consent),
      ...this.futureFaults([
        ['/consent/at', body.consent?.at],
        ['/consent/withdrawnAt', body.consent?.withdrawnAt],
        ['/education/acknowledgedAt', body.education?.acknowledgedAt],
      ]),
    ];
    if (faults.length > 0) throw invalid(faults);
    const receivedAt = this.programmes.now();
    const change = (before: RegistrationFact): RegistrationFact => ({
      ...before,
      zone: body.zone ?? before.zone,
      careTeam: [...new Set(body.careTeam ?? before.careTeam)],
      consent: consentAfter(before.consent, body.consent),
    });
    const messageId = `update/${patientId}/${randomUUID()}`;
    const consent = body.consent?.at
      ? { consent: { version: body.consent.version ?? '', at: body.consent.at } }
      : {};
    const result = await this.programmes.run(patientId, [
      { messageId, command: { kind: 'change-registration', change, receivedAt } },
      {
        messageId: `${messageId}/programme`,
        command: {
          kind: 'update-patient',
          receivedAt,
          ...consent,
          ...(body.zone === undefined ? {} : { zone: body.zone }),
          ...(body.education ? { education: body.education } : {}),
          ...(body.baseline ? { baselinePain: body.baseline.pain } : {}),
        },
      },
    ]);
    if (result.error !== undefined) throw await refused(result.error);
    await this.registered(patientId, result);
    const place = result.position ?? (await this.programmes.head());
    return { patientId, id: patientId, position: formatPosition({ in: 'events', position: place }) };
  }

  @Get(':id')
  @Describe({
    tag: 'patients',
    summary:
      'Gives who a patient is and on what terms they are enrolled, for the patient and their clinicians.',
    answer: patient,
  })
  @Roles('clinician', 'patient')
  @Queries({ after: 'text' })
  async one(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { after } = readQuery(query, { after: 'text' });
    const { position: _position, ...fact } = await this.access.open(
      principal,
      patientId,
      'GET /v1/patients/:id',
    );
    await this.after.wait(after);
    const [doc] = (await this.views.get(viewName(patientsView('')), [patientId])) as (
      { sealedName?: string } | undefined
    )[];
    const name = doc?.sealedName ? await unseal(this.keyring, patientId, doc.sealedName) : undefined;
    return { id: patientId, ...fact, ...(name === undefined ? {} : { name }) };
  }

  /**
   * Answers only once every part of this process knows a registration that was changed: the next request may be about this patient, and
   * consent that was withdrawn must not let one more measurement in.
   */
  private async registered(
    patientId: string,
    { events, position }: { readonly events: readonly PatientEvent[]; readonly position: number | null },
  ): Promise<void> {
    const changed = events.findLast((event) => event.type === 'patient-registered');
    if (!changed) return;
    const expected = JSON.stringify(changed.data.registration);
    const known = () => {
      const { position: at, ...fact } = this.registry.patient(patientId) ?? { position: -1 };
      return at >= (position ?? 0) || JSON.stringify(fact) === expected;
    };
    if (await until(known, knownWithinMs)) return;
    throw new ProblemException('overloaded', {
      detail: 'The change is durable, but not known everywhere yet.',
      retryAfterS: 1,
    });
  }

  private futureFaults(instants: readonly (readonly [string, string | undefined])[]): FieldError[] {
    return instants.flatMap(([path, at]): FieldError[] =>
      at !== undefined && parseInstant(at)! > this.clock.now() + allowedSkewMs
        ? [{ path, code: 'in-future', message: 'lies in the future by more than five minutes' }]
        : [],
    );
  }
}

const taken = () => new ProblemException('conflict', { detail: 'This id is taken.' });

const refused = (error: unknown): Promise<unknown> =>
  refusing(Promise.reject(error as Error)).catch((problem: unknown) => problem);

export function checked<T extends object>(type: new () => T, body: unknown): T {
  const parsed = parseDto(type, body);
  if (!parsed.ok) throw invalid(parsed.errors);
  return parsed.value;
}
