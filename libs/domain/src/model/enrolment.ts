import type { Instant, PatientSide } from './facts.js';

/** What is known of a person from the enrolment on; later changes replace single fields. */
export interface Enrolment {
  readonly patientId: string;
  readonly enrolledAt: Instant;
  readonly receivedAt: Instant;
  readonly side: PatientSide;
  readonly birthYear: number;
  readonly bodyMassKg?: number;
  readonly consentAt: Instant | null;
  readonly screening: {
    readonly flags: readonly string[];
    readonly exclusions: readonly string[];
    readonly cleared: boolean;
  };
  /** NRS at enrolment and since when it is known; null until it is. */
  readonly baselinePain: { readonly value: number; readonly at: Instant } | null;
  readonly educationAt: Instant | null;
  readonly startExercise: string;
  readonly startLoadKg: number;
}

/** A zone counts from its instant on (D2). */
export interface ZoneFrom {
  readonly from: Instant;
  readonly zone: string;
}
