import { randomUUID } from 'node:crypto';
import { type DeviceFact, DeviceDto, formatPosition } from '@coxa/contracts';
import { type Clock, CommandHandler, type EventStore, Registry } from '@coxa/eventing';
import {
  CLOCK,
  CurrentPrincipal,
  Describe,
  EVENT_STORE,
  invalid,
  jsonOf,
  notFound,
  type Principal,
  Roles,
  Tokens,
} from '@coxa/platform';
import { Controller, Delete, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  deviceCodec,
  type DeviceCommand,
  deviceDecider,
  type DeviceEvent,
  type DeviceState,
} from '../devices/device.js';
import { Programmes } from '../programme/programmes.js';
import { tellOfDevice } from '../programme/watched-devices.js';
import { PatientAccess, refuseWithdrawn } from './patient-access.js';
import { checked } from './patients.controller.js';
import { deviceExamples, deviceRegistered, deviceRevoked } from './words/patients.js';

const tokenLifeS = 365 * 24 * 3600;

/** Devices: registered to a patient, revoked for good. */
@Controller('v1/devices')
export class DevicesController {
  private readonly devices: CommandHandler<DeviceState, DeviceCommand, DeviceEvent>;

  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Tokens) private readonly tokens: Tokens,
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.devices = new CommandHandler({
      store,
      decider: deviceDecider,
      codec: deviceCodec,
      streamOf: programmes.names.deviceStream,
    });
  }

  @Post()
  @Describe({
    tag: 'readings',
    summary: 'Registers a device to a patient and gives it its token, for a clinician of the patient.',
    more: '`mounting` turns the sensor into the segment: a unit quaternion [w, x, y, z].',
    answer: deviceRegistered,
    examples: deviceExamples,
  })
  @Roles('clinician')
  @ApiBody({ type: DeviceDto })
  async register(@Req() request: FastifyRequest, @CurrentPrincipal() principal: Principal) {
    const { patientId, kind, segment, side, model, mounting } = checked(DeviceDto, await jsonOf(request));
    refuseWithdrawn(await this.access.open(principal, patientId, 'POST /v1/devices'), '/patientId');
    if (mounting && Math.abs(Math.hypot(...mounting) - 1) > 0.02)
      throw invalid([
        { path: '/mounting', code: 'range', message: 'must be a unit quaternion [w, x, y, z]' },
      ]);
    const deviceId = `d-${randomUUID()}`;
    const registeredAt = new Date(this.clock.now()).toISOString();
    const fact: Omit<DeviceFact, 'position'> = {
      kind: 'device',
      deviceId,
      patientId,
      sensor: kind,
      segment,
      side,
      model,
      ...(mounting ? { mounting } : {}),
      registeredAt,
    };
    const { position } = await this.devices.handle(deviceId, {
      messageId: `register/${deviceId}`,
      command: { kind: 'register', fact },
    });
    await this.registry.reached(deviceId, position ?? 0);
    const told = await tellOfDevice(this.programmes, fact);
    const token = await this.tokens.issue({
      role: 'device',
      subject: deviceId,
      deviceId,
      expiresInS: tokenLifeS,
    });
    const expiresAt = new Date(Date.now() + tokenLifeS * 1000).toISOString();
    return {
      deviceId,
      token,
      expiresAt,
      position: formatPosition({ in: 'events', position: told ?? position! }),
    };
  }

  @Delete(':id')
  @Describe({
    tag: 'readings',
    summary: 'Revokes a device for good, for a clinician of the patient.',
    more: 'Its token is refused from the next request on.',
    answer: deviceRevoked,
  })
  @HttpCode(200)
  @Roles('clinician')
  async revoke(@Param('id') deviceId: string, @CurrentPrincipal() principal: Principal) {
    if (!this.registry.device(deviceId)) await this.registry.catchUp();
    const device = this.registry.device(deviceId);
    if (!device) throw notFound();
    await this.access.open(principal, device.patientId, 'DELETE /v1/devices/:id');
    const at = new Date(this.clock.now()).toISOString();
    const { position } = await this.devices.handle(deviceId, {
      messageId: `revoke/${deviceId}`,
      command: { kind: 'revoke', at },
    });
    if (position !== null) await this.registry.reached(deviceId, position);
    const told = await tellOfDevice(this.programmes, { ...device, revokedAt: device.revokedAt ?? at });
    const place = told ?? position ?? (await this.programmes.head());
    return { deviceId, revoked: true, position: formatPosition({ in: 'events', position: place }) };
  }
}
