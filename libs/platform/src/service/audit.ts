import { canonicalJson, nameId, type Names, toHeaders } from '@coxa/contracts';
import type { Clock, LogRecord, MessageLog } from '@coxa/eventing';
import type { Principal } from '../auth/principal.js';

/** Who did what to whose data. No clinical content, no free text. */
export interface AuditEntry {
  readonly actor: string;
  readonly role: string;
  readonly patientId: string;
  /** Method and route, e.g. `GET /v1/patients/:id/program`. */
  readonly action: string;
  readonly breakGlass?: true;
}

/** The audit trail is a topic of the message log: as durable as what it tells of. */
export class Audit {
  private count = 0;

  constructor(
    private readonly log: MessageLog,
    private readonly names: Names,
    private readonly clock: Clock,
  ) {}

  /** The record of an access, to be appended together with the write itself: one commit for both. */
  recordOf(principal: Principal, patientId: string, action: string): LogRecord {
    const at = new Date(this.clock.now()).toISOString();
    const entry: AuditEntry = { actor: principal.subject, role: principal.role, patientId, action };
    const id = nameId(`${process.pid}/${at}/${this.count++}/${canonicalJson(entry)}`);
    return {
      topic: this.names.audit,
      key: patientId,
      value: Buffer.from(JSON.stringify({ at, ...entry })),
      headers: toHeaders({
        id,
        source: 'coxa/audit',
        type: 'coxa.data-accessed.v1',
        time: at,
        contentType: 'application/json',
      }),
    };
  }

  /** Records an access, durably. */
  async record(principal: Principal, patientId: string, action: string): Promise<void> {
    await this.log.append([this.recordOf(principal, patientId, action)]);
  }
}
