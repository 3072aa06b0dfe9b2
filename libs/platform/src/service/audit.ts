import { type Names, toHeaders } from '@coxa/contracts';
import { type Clock, type Keyring, type LogRecord, type MessageLog, seal } from '@coxa/eventing';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../auth/principal.js';
import { notFound, type ProblemException } from '../http/problem-exception.js';
import { logSafe } from './log-safe.js';

/** Who did what to whose data. No clinical content, no readable free text. */
export interface AuditEntry {
  readonly at: string;
  readonly actor: string;
  readonly role: string;
  readonly patientId: string;
  /** Method and route, e.g. `GET /v1/patients/:id/program`. */
  readonly action: string;
  readonly outcome: 'granted' | 'denied';
  readonly breakGlass?: true;
  /** The reason for breaking the glass, under the patient's key: erased with them. */
  readonly sealedReason?: string;
}

/** Types of the records on the audit topic. A notice for the second is raised by whoever reads the topic. */
export const auditTypes = {
  access: 'coxa.data-accessed.v1',
  breakGlass: 'coxa.break-glass-used.v1',
} as const;

/** The audit trail is a topic of the message log: as durable as what it tells of. */
export class Audit {
  private readonly logger = new Logger('audit');
  private readonly run = randomUUID();
  private count = 0;

  constructor(
    private readonly log: MessageLog,
    private readonly names: Names,
    private readonly clock: Clock,
    private readonly keyring: Keyring,
  ) {}

  /** The record of an access, to be appended together with the write itself: one commit for both. */
  recordOf(principal: Principal, patientId: string, action: string): LogRecord {
    return this.toRecord(principal, patientId, action, 'granted');
  }

  /** Records an access, durably. Data is shown only after this has resolved. */
  async record(principal: Principal, patientId: string, action: string): Promise<void> {
    await this.recordAll(principal, [patientId], action);
  }

  /** Records that a list showed several patients, in one commit. */
  async recordAll(principal: Principal, patientIds: readonly string[], action: string): Promise<void> {
    if (patientIds.length === 0) return;
    const records = patientIds.map(async (patientId) => {
      if (principal.breakGlass === undefined) return this.recordOf(principal, patientId, action);
      const sealedReason = await seal(this.keyring, patientId, principal.breakGlass);
      return this.toRecord(principal, patientId, action, 'granted', sealedReason);
    });
    await this.log.append(await Promise.all(records));
  }

  /**
   * Records that access was refused, and answers what the stranger is told: the same as of somebody who does not exist.
   * Nobody waits for the record: the time an answer takes must not tell who exists.
   */
  denied(principal: Principal, patientId: string, action: string): ProblemException {
    this.log.append([this.toRecord(principal, patientId, action, 'denied')]).catch((error: unknown) => {
      this.logger.error(`a refused access could not be recorded: ${logSafe(error)}`);
    });
    return notFound();
  }

  private toRecord(
    { subject, role, breakGlass, traceparent }: Principal,
    patientId: string,
    action: string,
    outcome: AuditEntry['outcome'],
    sealedReason?: string,
  ): LogRecord {
    if (breakGlass !== undefined) this.logger.warn(`break-glass used: ${action}`);
    const at = new Date(this.clock.now()).toISOString();
    const entry: AuditEntry = {
      at,
      actor: subject,
      role,
      patientId,
      action,
      outcome,
      ...(breakGlass === undefined ? {} : { breakGlass: true }),
      ...(sealedReason === undefined ? {} : { sealedReason }),
    };
    return {
      topic: this.names.audit,
      key: patientId,
      value: Buffer.from(JSON.stringify(entry)),
      headers: toHeaders({
        id: `${this.run}/${this.count++}`,
        source: 'coxa/audit',
        type: breakGlass === undefined ? auditTypes.access : auditTypes.breakGlass,
        time: at,
        contentType: 'application/json',
        ...(traceparent === undefined ? {} : { traceparent }),
      }),
    };
  }
}
