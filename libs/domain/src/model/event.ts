import type { Enrolment } from './enrolment.js';
import type { CheckInReport } from './command.js';
import type { Measure } from '../questionnaires/measures.js';
import type { OutcomeChange } from '../questionnaires/score.js';
import type {
  AcknowledgedFact,
  CheckInFact,
  ClosedWeek,
  Decision,
  OverrideFact,
  PatientSide,
  Phase,
  PhaseEntry,
  QuestionnaireFact,
  ReadingFact,
  RecordingFact,
  S5,
  Side,
  TargetVersion,
} from './facts.js';

interface Shape<Type extends string, Data> {
  readonly type: Type;
  /** When it happened (RFC 3339). */
  readonly at: string;
  /** When the service decided it. */
  readonly recordedAt: string;
  /** One plain sentence. */
  readonly reason: string;
  readonly data: Data;
}

/** A target as the outside sees it. `fact` is the same for the fold. */
export interface TargetData {
  readonly exercise: string;
  /** ISO week, e.g. `2026-W53`. */
  readonly week: string;
  readonly sets: number;
  readonly reps: number;
  readonly loadKg: number;
  readonly decision: Decision;
  readonly rule: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ruleset: string;
  readonly fact: TargetVersion;
}

export interface RotationData {
  readonly id: string;
  readonly series: ReadingFact['series'];
  readonly value: number | null;
  readonly uncertaintyDeg: number | null;
  readonly valid: boolean;
  readonly reasons: readonly string[];
  /** Number of the patient's local date. */
  readonly day: number;
  readonly fact: ReadingFact;
}

/** Everything that can happen in a programme. On the wire each is `coxa.<type>.v1`. */
export type ProgrammeEvent =
  | Shape<'patient-enrolled', { readonly patientId: string; readonly zone: string; readonly fact: Enrolment }>
  | Shape<
      'patient-updated',
      {
        readonly fact: Partial<Enrolment>;
        readonly zone?: { readonly from: number; readonly zone: string; readonly told: string };
      }
    >
  | Shape<
      'check-in-received',
      {
        readonly checkInId: string;
        readonly checkIn: CheckInReport;
        /** Pain of this check-in is below both spike rules. */
        readonly belowSpike: boolean;
        readonly fact: CheckInFact;
      }
    >
  | Shape<
      'pain-threshold-crossed',
      {
        readonly checkInId: string | null;
        readonly rule: 'pain-spike' | 'pain-rising';
        /** Which rules fired: S5, S6, S7. */
        readonly by: readonly string[];
        readonly severity: 'HIGH' | 'MEDIUM';
        readonly side: Side | 'both';
        readonly value: number;
        readonly median: number | null;
      }
    >
  | Shape<
      'red-flag-reported' | 'amber-flag-reported',
      { readonly checkInId: string; readonly flags: readonly string[]; readonly side: Side | 'both' }
    >
  | Shape<
      'exercise-stopped',
      { readonly checkInId: string; readonly exercise: string; readonly until: string }
    >
  | Shape<'programme-suspended', { readonly rule: string; readonly until: string | null }>
  | Shape<'programme-resumed', { readonly overrideId: string }>
  | Shape<'rotation-measured' | 'rotation-corrected', RotationData>
  | Shape<
      'recording-finished',
      {
        readonly sessionId: string;
        readonly purpose: RecordingFact['purpose'];
        /** When its last batch was received; not there in the earliest events. */
        readonly heardAt?: string;
        readonly fact: RecordingFact;
      }
    >
  | Shape<
      'override-recorded',
      {
        readonly overrideId: string;
        readonly kind: OverrideFact['kind'];
        readonly fact: OverrideFact;
        /** A dose far above what stood was asked about, and is meant. */
        readonly confirmed?: true;
      }
    >
  | Shape<'target-decided' | 'target-tightened', TargetData>
  | Shape<
      'phase-changed',
      { readonly from: Phase; readonly to: Phase; readonly rule: string; readonly fact: PhaseEntry }
    >
  | Shape<'week-closed', { readonly week: string; readonly s5: S5; readonly fact: ClosedWeek }>
  | Shape<
      'questionnaire-scored',
      {
        readonly id: string;
        readonly measure: Measure;
        readonly version: string;
        readonly score: number | null;
        readonly answered: number;
        readonly missing: number;
        readonly baseline: number | null;
        readonly change: number | null;
        readonly verdict: OutcomeChange['verdict'];
        readonly size: OutcomeChange['size'];
        readonly fact: QuestionnaireFact;
      }
    >
  | Shape<
      'fear-rising',
      {
        readonly questionnaireId: string;
        readonly rule: 'U2';
        readonly severity: 'LOW';
        readonly side: Side | 'both';
        readonly value: number;
        /** The score that it has risen from. */
        readonly before: number;
      }
    >
  | Shape<
      'education-acknowledged',
      { readonly topic: string; readonly version: string; readonly fact: AcknowledgedFact }
    >
  | Shape<'device-assigned', { readonly deviceId: string; readonly side: Side }>
  | Shape<
      'device-silent',
      { readonly deviceId: string; readonly side: Side; readonly since: string; readonly days: number }
    >
  /** A device that was silent is there again, or gone for good. `othersSilent`: how many of its side still are. */
  | Shape<
      'device-heard' | 'device-withdrawn',
      {
        readonly deviceId: string;
        readonly side: Side;
        readonly heardAt: string;
        readonly othersSilent: number;
      }
    >
  | Shape<'rotation-missing', { readonly since: string; readonly days: number; readonly side: PatientSide }>
  | Shape<'data-missing', { readonly since: string; readonly days: number; readonly side?: PatientSide }>;

/** The events of a type; where one shape serves two types, that shape. */
export type EventOf<Type extends ProgrammeEvent['type']> = ProgrammeEvent extends infer Event
  ? Event extends { readonly type: infer Each }
    ? Type extends Each
      ? Event
      : never
    : never
  : never;
