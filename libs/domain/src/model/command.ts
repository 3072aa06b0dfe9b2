import type { Measure } from '../questionnaires/measures.js';
import type { OverrideValue, PatientSide, Series, SessionReport, Side } from './facts.js';

/** A check-in as sent, without free text. Times are RFC 3339 with offset. */
export interface CheckInReport {
  readonly id: string;
  readonly at: string;
  readonly pain: {
    readonly now: number;
    readonly worst?: number;
    readonly duringExercise?: number;
    readonly nextMorning?: number;
    readonly site?: string;
    readonly side?: 'left' | 'right';
  };
  readonly controllable?: boolean;
  readonly feltTarget?: boolean;
  readonly understanding?: number;
  readonly improving?: boolean;
  readonly session?: SessionReport;
  readonly flags?: readonly string[];
}

/** A measurement of rotation: hand-held (`valuesDeg`) or from a session (`valuesDeg` as the motion library found them). */
export interface RotationReport {
  readonly id: string;
  readonly at: string;
  readonly series: Series;
  /** The device is a goniometer, whatever its model. */
  readonly goniometer?: true;
  readonly valuesDeg: readonly number[];
  readonly uncertaintyDeg: number | null;
  /** Why the recording gives no value, from the motion library; empty when nothing speaks against it. */
  readonly faults: readonly string[];
}

export interface EnrolCommand {
  readonly kind: 'enrol';
  readonly patientId: string;
  readonly enrolledAt: string;
  readonly zone: string;
  readonly side: PatientSide;
  readonly birthYear: number;
  readonly bodyMassKg?: number;
  readonly consent: { readonly version: string; readonly at: string };
  readonly screening: {
    readonly flags: readonly string[];
    readonly exclusions: readonly string[];
    readonly clearedBy?: string;
  };
  readonly baseline: { readonly pain?: number; readonly rotation?: readonly RotationReport[] };
  readonly education?: { readonly acknowledgedAt: string };
  readonly startExercise?: string;
  readonly startLoadKg?: number;
  readonly receivedAt: string;
}

export interface UpdateCommand {
  readonly kind: 'update-patient';
  readonly zone?: string;
  readonly consent?: { readonly version: string; readonly at: string };
  readonly education?: { readonly acknowledgedAt: string };
  readonly baselinePain?: number;
  readonly receivedAt: string;
}

/** Answers to a questionnaire, by their place; null where one is missing. */
export interface QuestionnaireReport {
  readonly id: string;
  readonly at: string;
  readonly measure: Measure;
  readonly version: string;
  readonly answers: readonly (number | null)[];
}

export type ProgrammeCommand =
  | EnrolCommand
  | UpdateCommand
  | { readonly kind: 'record-check-in'; readonly checkIn: CheckInReport; readonly receivedAt: string }
  | {
      readonly kind: 'record-rotation';
      readonly rotation: RotationReport;
      readonly receivedAt: string;
      /** The id is the sender's: other content under one that is known is refused. Otherwise it corrects. */
      readonly fresh?: boolean;
    }
  | {
      readonly kind: 'record-recording';
      readonly sessionId: string;
      readonly at: string;
      readonly purpose: 'measurement' | 'practice' | 'strength';
      /** When its last batch was received, where that is known. */
      readonly heardAt?: string;
      readonly receivedAt: string;
    }
  | {
      readonly kind: 'assign-device';
      readonly deviceId: string;
      readonly side: Side;
      /** When it was registered. */
      readonly at: string;
      readonly receivedAt: string;
    }
  | { readonly kind: 'withdraw-device'; readonly deviceId: string; readonly receivedAt: string }
  | {
      readonly kind: 'record-questionnaire';
      readonly questionnaire: QuestionnaireReport;
      readonly receivedAt: string;
    }
  | {
      readonly kind: 'acknowledge-education';
      readonly topic: string;
      readonly at: string;
      readonly receivedAt: string;
    }
  | {
      readonly kind: 'record-override';
      readonly id: string;
      readonly override: OverrideValue;
      readonly from?: string;
      readonly until?: string;
      /** The clinician has said that a dose far above what stands is meant. */
      readonly confirmed?: boolean;
      readonly by: string;
      readonly receivedAt: string;
    }
  | { readonly kind: 'advance-clock'; readonly now: string };
