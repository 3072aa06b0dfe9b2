import type { Measure } from '../questionnaires/measures.js';

/** Epoch milliseconds. */
export type Instant = number;

export type Phase = '0' | '1' | '2' | '3a' | '3b';
export type Decision = 'start' | 'advance' | 'hold' | 'regress' | 'deload';
export type Side = 'left' | 'right';
export type PatientSide = Side | 'both';

/** A check-in as the rules see it: what was said, when it happened and what had been closed when it came. */
export interface CheckInFact {
  readonly id: string;
  readonly at: Instant;
  /** Pain now, worst, during exercise, next morning: whole numbers 0-10 (NRS). */
  readonly now: number;
  readonly worst?: number;
  readonly duringExercise?: number;
  readonly nextMorning?: number;
  readonly site?: string;
  readonly side?: Side;
  readonly controllable?: boolean;
  readonly feltTarget?: boolean;
  readonly understanding?: number;
  readonly improving?: boolean;
  readonly session?: SessionReport;
  readonly flags: readonly string[];
  /** When the service took it. */
  readonly receivedAt: Instant;
  /** Counts what was received for this patient: what was known when. */
  readonly order: number;
  /** End of the last week that had been closed by then; 0 when none had. */
  readonly closedBefore: Instant;
}

/** A check-in as the state keeps it: when it was received is in its event, and in what order matters where flags were told. */
export type KeptCheckIn = Omit<CheckInFact, 'receivedAt' | 'order'>;

export interface SessionReport {
  readonly kind: 'strength' | 'practice' | 'stretch';
  readonly exercise?: string;
  readonly mode?: string;
  readonly sets?: readonly SetReport[];
  readonly holdSeconds?: number;
}

export interface SetReport {
  readonly reps: number;
  readonly loadKg: number;
}

/** What makes readings comparable (M5): all of it must be the same. */
export interface Series {
  readonly side: Side;
  readonly position: 'seated' | 'prone' | 'supine' | 'standing';
  readonly motion: 'active' | 'passive';
  /** Device model, or the kind of hand-held instrument. */
  readonly instrument: string;
  readonly measuredBy: string;
}

export interface ReadingFact {
  /** Measurement or session id. */
  readonly id: string;
  readonly at: Instant;
  readonly series: Series;
  /** A goniometer, whatever its model: its readings differ by more (M2). */
  readonly goniometer?: true;
  /** Median of the three, degrees; null when it is no valid reading. */
  readonly value: number | null;
  /** One standard error of the value in degrees; null for hand-held instruments. */
  readonly uncertaintyDeg: number | null;
  readonly valid: boolean;
  readonly reasons: readonly string[];
  readonly receivedAt: Instant;
  readonly closedBefore: Instant;
}

/** A device of the patient, as far as its silence is judged. */
export interface DeviceFact {
  readonly deviceId: string;
  readonly side: Side;
  /** When a batch of it was last received, or when it was registered. */
  readonly heardAt: Instant;
  /** Its silence has been reported. */
  readonly silent: boolean;
}

/** A finished device session; its measurement, if it was one, is a reading. */
export interface RecordingFact {
  readonly sessionId: string;
  readonly at: Instant;
  readonly purpose: 'measurement' | 'practice' | 'strength';
  readonly closedBefore: Instant;
}

/** A filled-in questionnaire with its score; `answers` by their place, null where one is missing. */
export interface QuestionnaireFact {
  readonly id: string;
  readonly at: Instant;
  readonly measure: Measure;
  /** Version of the scoring. */
  readonly version: string;
  readonly answers: readonly (number | null)[];
  readonly score: number | null;
  readonly receivedAt: Instant;
  /** `at` as it was sent, with its offset; the fold takes it from the event. */
  readonly said?: string;
  /** Fear of movement had risen with it (U2). */
  readonly fearRose?: true;
}

/** Somebody has read a topic of the education track. */
export interface AcknowledgedFact {
  readonly topic: string;
  readonly version: string;
  readonly at: Instant;
}

export type OverrideValue =
  | { readonly kind: 'rule'; readonly value: Readonly<Record<string, number>> }
  | { readonly kind: 'target'; readonly value: { readonly exercise: string } & Dose }
  | { readonly kind: 'phase'; readonly value: { readonly phase: Exclude<Phase, '0'> } }
  | {
      readonly kind: 'add-exercise';
      readonly value: { readonly exercise: string; readonly startLoadKg?: number };
    }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'resume' };

/** A clinician's decision; the reason in their words is kept encrypted elsewhere. */
export type OverrideFact = OverrideValue & {
  readonly id: string;
  readonly from: Instant;
  /** null: no end */
  readonly until: Instant | null;
  readonly by: string;
  readonly receivedAt: Instant;
  readonly order: number;
  /** End of the last week that had been closed by then. */
  readonly closedBefore?: Instant;
};

export interface Dose {
  readonly sets: number;
  readonly reps: number;
  readonly loadKg: number;
}

/** One version of what an exercise asks for in one week. The last one shown stands. */
export interface TargetVersion extends Dose {
  readonly exercise: string;
  /** Start of its week. */
  readonly weekStart: Instant;
  /** From when on it is shown: closing + 72 h, the start, the receipt of a tightening, an override's `from`. */
  readonly shownFrom: Instant;
  readonly decision: Decision;
  readonly rule: string;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** An easier variant has taken its place: the exercise has no target from this week on. */
  readonly removed?: true;
  /** On a deload: what it comes back to. */
  readonly base?: Dose;
  /** A clinician's own target for this week, not a closing that holds it. */
  readonly setByClinician?: true;
  /** On a target override: until when closings hold it. */
  readonly until?: Instant | null;
  /** What such an override asks for, where a closing under a red flag made something else of it: it holds again after the flag. */
  readonly asked?: Dose;
  /** On a regress for a gap (S8): the last check-in before it. */
  readonly gapSince?: Instant;
}

/** A phase as the rules made it or a clinician set it. */
export interface PhaseEntry {
  readonly phase: Phase;
  readonly since: Instant;
  readonly shownFrom: Instant;
  /** Sessions and weeks of D11 count from here. */
  readonly countFrom: Instant;
  readonly reason: string;
  readonly setByClinician?: true;
}

export interface ClosedWeek {
  readonly isoWeek: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly s5: S5;
  /** The gap rule (S8) fired: rotation series start anew at the end of this week. */
  readonly seriesReset?: true;
}

export type S5 = 'clear' | 'fails' | 'unknown';
