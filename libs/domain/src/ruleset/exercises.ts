export type Modality = 'strength' | 'practice' | 'passive' | 'isometric' | 'dynamic';
export type MuscleRole = 'primary' | 'main' | 'assisting';

/** The muscles that turn and steady the hip (A3). The side of the hip comes first. */
export const muscles = ['gluteus-medius', 'tensor-fasciae-latae', 'gluteus-minimus', 'adductors'] as const;
export type Muscle = (typeof muscles)[number];

/** One exercise of the catalogue. */
export interface ExerciseDefinition {
  readonly id: string;
  /** As a sentence calls it. */
  readonly name: string;
  readonly modality: Modality;
  readonly muscles: Readonly<Partial<Record<Muscle, MuscleRole>>>;
  /** Place in the default order: what is tried first comes first. */
  readonly order: number;
  /** What takes its place when it is too hard (U3). */
  readonly easier?: string;
  /** Body weight counts towards its effective load, as much as the parameter `bodyweightShareKg` says (D9). */
  readonly carriesBody: boolean;
}

const sideOfTheHip = {
  'gluteus-medius': 'primary',
  'tensor-fasciae-latae': 'primary',
  'gluteus-minimus': 'main',
} as const;
const withAdductors = { ...sideOfTheHip, adductors: 'assisting' } as const;

/** The seed catalogue (A15): strength first, then the movement itself, then stretches, passive before the others (A22). */
export const exerciseCatalogue: readonly ExerciseDefinition[] = [
  { id: 'squat', name: 'squat', modality: 'strength', muscles: withAdductors, order: 1, carriesBody: true },
  {
    id: 'lunge',
    name: 'lunge',
    modality: 'strength',
    muscles: withAdductors,
    order: 2,
    easier: 'squat',
    carriesBody: true,
  },
  {
    id: 'bulgarian-split-squat',
    name: 'Bulgarian split squat',
    modality: 'strength',
    muscles: withAdductors,
    order: 3,
    easier: 'lunge',
    carriesBody: true,
  },
  {
    id: 'active-ir-seated',
    name: 'seated inward turns',
    modality: 'practice',
    muscles: sideOfTheHip,
    order: 4,
    carriesBody: false,
  },
  {
    id: 'active-ir-prone',
    name: 'prone inward turns',
    modality: 'practice',
    muscles: sideOfTheHip,
    order: 5,
    carriesBody: false,
  },
  {
    id: 'passive-ir',
    name: 'passive stretch',
    modality: 'passive',
    muscles: withAdductors,
    order: 6,
    carriesBody: false,
  },
  {
    id: 'isometric-ir',
    name: 'isometric stretch',
    modality: 'isometric',
    muscles: withAdductors,
    order: 7,
    carriesBody: false,
  },
  {
    id: 'dynamic-ir',
    name: 'dynamic stretch',
    modality: 'dynamic',
    muscles: withAdductors,
    order: 8,
    carriesBody: false,
  },
];

const byId: ReadonlyMap<string, ExerciseDefinition> = new Map(
  exerciseCatalogue.map((exercise) => [exercise.id, exercise]),
);

export const exerciseOf = (id: string): ExerciseDefinition | undefined => byId.get(id);

/** Ids of the strength exercises in the order in which they are tried. */
export const seedExercises: readonly string[] = exerciseCatalogue
  .filter(({ modality }) => modality === 'strength')
  .sort((a, b) => a.order - b.order)
  .map(({ id }) => id);

/** Easier variant of each strength exercise (U3); none for the squat. */
export const easierVariant: Readonly<Record<string, string>> = Object.fromEntries(
  exerciseCatalogue.flatMap(({ id, easier }) => (easier === undefined ? [] : [[id, easier]])),
);
