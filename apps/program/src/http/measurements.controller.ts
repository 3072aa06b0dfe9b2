import { createHmac } from 'node:crypto';
import {
  allowedSkewMs,
  canonicalJson,
  formatPosition,
  MeasurementDto,
  parseInstant,
  storedJson,
} from '@coxa/contracts';
import { type Clock, type EventStore, type Keyring } from '@coxa/eventing';
import {
  CLOCK,
  CurrentPrincipal,
  Describe,
  EVENT_STORE,
  invalid,
  jsonOf,
  KEYRING,
  type Principal,
  Roles,
} from '@coxa/platform';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Programmes } from '../programme/programmes.js';
import { PatientAccess, refuseWithdrawn } from './patient-access.js';
import { toRotation } from './enrolment.js';
import { checked } from './patients.controller.js';
import { refusing } from './refusals.js';
import { measured, measurementExamples } from './words/measurements.js';

/** Readings of a hand-held goniometer. */
@Controller('v1/measurements')
export class MeasurementsController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @Describe({
    tag: 'measurements',
    summary: 'Takes what was read from a goniometer in the hand, from the patient or a clinician.',
    more: 'The same id again is a duplicate; with other content it is refused, and the first stands.',
    answer: measured,
    examples: measurementExamples,
  })
  @HttpCode(202)
  @Roles('clinician', 'patient')
  @ApiBody({ type: MeasurementDto })
  async measure(@Req() request: FastifyRequest, @CurrentPrincipal() principal: Principal) {
    const body = checked(MeasurementDto, await jsonOf(request));
    const { patientId, id } = body;
    const patient = await this.access.open(principal, patientId, 'POST /v1/measurements');
    refuseWithdrawn(patient, '/patientId');
    const at = parseInstant(body.at)!;
    if (at > this.clock.now() + allowedSkewMs)
      throw invalid([
        { path: '/at', code: 'in-future', message: 'lies in the future by more than five minutes' },
      ]);
    if (at < parseInstant(patient.enrolledAt)!)
      throw invalid([{ path: '/at', code: 'before-enrolment', message: 'lies before the enrolment' }]);
    const digest = await this.digestOf(body);
    const { position, events } = await refusing(
      this.programmes.handle(patientId, {
        messageId: `measurement/${patientId}/${id}`,
        command: {
          kind: 'record-rotation',
          rotation: toRotation(body),
          receivedAt: this.programmes.now(),
          fresh: true,
        },
        metadata: { digest },
      }),
    );
    const duplicate = events.length === 0;
    if (duplicate && ((await this.digestOnRecord(patientId, id)) ?? digest) !== digest)
      throw invalid([
        { path: '/id', code: 'id-reused', message: 'was used for other content; the first stands' },
      ]);
    const place = formatPosition({ in: 'events', position: position ?? (await this.programmes.head()) });
    return { accepted: true, duplicate, position: place };
  }

  /** What tells two contents apart that have the same outcome; keyed by the patient's own key, so that it tells nothing once that is erased. */
  private async digestOf(body: MeasurementDto): Promise<string> {
    const key = await this.keyring.keyFor(body.patientId);
    return createHmac('sha256', key).update(canonicalJson(body)).digest('base64url').slice(0, 22);
  }

  private async digestOnRecord(patientId: string, id: string): Promise<string | undefined> {
    const events = await this.events.readStream(this.programmes.names.programmeStream(patientId));
    const measured = events.find(
      ({ type, data }) =>
        type === 'coxa.rotation-measured.v1' && (storedJson(data) as { id?: unknown }).id === id,
    );
    return measured?.metadata['digest'];
  }
}
