import type { Role } from '@coxa/contracts';

/** Who is asking, as their token says, and under which trace. */
export interface Principal {
  readonly role: Role;
  readonly subject: string;
  /** Whose data a patient's token opens. */
  readonly patientId?: string | undefined;
  /** Which device a device's token speaks for. */
  readonly deviceId?: string | undefined;
  /** Why a clinician opens data of a patient who is not in their care, for this one request. */
  readonly breakGlass?: string | undefined;
  /** The trace of this one request, for the headers of what it writes to the log. */
  readonly traceparent?: string | undefined;
}
