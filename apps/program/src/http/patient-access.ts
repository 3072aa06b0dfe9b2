import { MalformedError, type PatientFact } from '@coxa/contracts';
import { Registry } from '@coxa/eventing';
import { Audit, invalid, mayAccess, type Principal } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';

const idPattern = /^[A-Za-z0-9._:-]{1,128}$/;

/** Opens a patient's data to those who may see it, and writes down that they did. */
@Injectable()
export class PatientAccess {
  constructor(
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /**
   * What has to be waited for besides is done `meanwhile`, while it is written down, and only for those who may see the patient.
   * @throws ProblemException `not-found`, the same for an unknown patient and for one that is not yours; what `meanwhile` throws
   */
  async open(
    principal: Principal,
    patientId: string,
    action: string,
    meanwhile?: () => Promise<void>,
  ): Promise<PatientFact> {
    if (!idPattern.test(patientId)) throw new MalformedError('the path holds no valid id');
    // Whether they exist or not: an answer that differs while the registry is behind would tell.
    if (!mayAccess(principal, patientId, this.registry)) await this.registry.catchUp();
    if (!mayAccess(principal, patientId, this.registry))
      throw this.audit.denied(principal, patientId, action);
    await Promise.all([this.audit.record(principal, patientId, action), meanwhile?.()]);
    return this.registry.patient(patientId)!;
  }
}

/**
 * Nothing more is stored for whoever withdrew their consent; a clinician's word (an override, an acknowledgement) is not theirs.
 * @param path where the body names the patient; empty when the address does
 * @throws ProblemException `invalid` with `consent-withdrawn`
 */
export function refuseWithdrawn({ consent }: PatientFact, path: '' | '/patientId'): void {
  if (consent.withdrawnAt === undefined) return;
  throw invalid([{ path, code: 'consent-withdrawn', message: 'consent was withdrawn; nothing is taken' }]);
}
