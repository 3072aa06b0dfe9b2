/** A word for the patient or the clinician. It changes no target. */
export interface NoteView {
  readonly rule: string;
  readonly code:
    | 'plateau'
    | 'second-exercise'
    | 'sessions-a-week'
    | 'another-exercise'
    | 'review'
    | 'side-difference'
    | 'small-rotation';
  readonly exercise: string | null;
  readonly since: string;
  readonly text: string;
  /** An exercise that could be tried; a clinician adds it. */
  readonly suggestion: string | null;
}

/** A friendly word for today; nothing is owed. */
export interface PromptView {
  readonly rule: string;
  readonly code: 'check-in' | 'nothing-heard' | 'use-your-range';
  readonly since: string;
  readonly text: string;
}

/** What was reported, is kept, and does not count, or looks as if something else was meant. Never corrected by itself. */
export interface SetAsideView {
  readonly checkInId: string;
  readonly at: string;
  readonly rule: string;
  readonly code:
    'too-soon' | 'stretch-early' | 'stretch-before-strength' | 'load-in-doubt' | 'reported-twice';
  /** Whether the rules count it all the same. */
  readonly counts: boolean;
  readonly text: string;
}

export const iso = (at: number): string => new Date(at).toISOString();
