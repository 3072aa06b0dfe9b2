import type { EducationView } from '../education/track.js';
import type { Decision, Phase } from '../model/facts.js';
import type { NoteView, PromptView, SetAsideView } from '../notes/note.js';
import type { SeriesState } from '../rotation.js';
import type { Criterion } from './phase-steps.js';

/** What GET /v1/patients/{id}/program answers, but for the position. */
export interface ProgramView {
  readonly patientId: string;
  readonly phase: {
    readonly id: Phase;
    readonly name: string;
    readonly since: string;
    readonly provisional: boolean;
    readonly next: readonly Criterion[];
  };
  readonly week: { readonly isoWeek: string; readonly strengthDone: number; readonly practiceDays: number };
  readonly today: readonly TodayItem[];
  readonly targets: readonly TargetView[];
  readonly pain: {
    readonly now: number | null;
    readonly median14d: number | null;
    readonly trend: 'rising' | 'falling' | 'steady' | 'unknown';
    readonly bySite: Readonly<Record<string, { readonly checkIns: number; readonly median14d: number }>>;
  };
  readonly rotation: readonly SeriesState[];
  readonly holds: readonly HoldView[];
  readonly ruleset: string;
  /** What there is to read and understand now. */
  readonly education: readonly EducationView[];
  /** What may be said and suggested; no target follows from it. */
  readonly notes: readonly NoteView[];
  readonly prompts: readonly PromptView[];
  /** Kept and flagged. */
  readonly setAside: readonly SetAsideView[];
}

export interface TargetView {
  readonly exercise: string;
  readonly week: string;
  readonly sets: number;
  readonly reps: number;
  readonly loadKg: number;
  readonly decision: Decision;
  readonly rule: string;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly provisional: boolean;
}

export interface HoldView {
  readonly rule: 'S1' | 'S2' | 'S3' | 'override';
  readonly since: string;
  readonly until: string | null;
  readonly exercise: string | null;
  readonly reason: string;
}

export interface TodayItem {
  readonly kind: 'strength' | 'practice' | 'stretch';
  readonly exercise: string;
  readonly dose: Readonly<Record<string, number>>;
  readonly why: string;
}

export const phaseNames: Readonly<Record<Phase, string>> = {
  '0': 'getting ready',
  '1': 'build strength',
  '2': 'practise the movement',
  '3a': 'passive stretch',
  '3b': 'isometric and dynamic',
};
