/** A check-in as the API takes it. */
export interface CheckInBody {
  readonly id: string;
  readonly patientId: string;
  readonly at: string;
  readonly pain: {
    readonly now: number;
    readonly worst?: number;
    readonly duringExercise?: number;
    readonly nextMorning?: number;
    readonly site?: 'groin' | 'front' | 'side' | 'lower-back' | 'other';
    readonly side?: 'left' | 'right';
  };
  readonly understanding?: number;
  readonly feltTarget?: boolean;
  readonly controllable?: boolean;
  readonly improving?: boolean;
  readonly session?: {
    readonly kind: 'strength' | 'practice' | 'stretch';
    readonly exercise?: string;
    readonly sets?: readonly { readonly reps: number; readonly loadKg: number }[];
  };
  readonly flags?: readonly string[];
  readonly note?: string;
}
