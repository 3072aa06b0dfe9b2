import type {
  Comparison,
  DecidedTarget,
  ExerciseDefinition,
  ParameterDefinition,
  PhaseDifference,
  ResponsesView,
  RuleDefinition,
  WhyLink,
  WhyView,
} from '@coxa/domain';
import {
  type Ago,
  flag,
  instant,
  list,
  nullable,
  number,
  oneOf,
  position,
  record,
  type Shape,
  shape,
  text,
  whole,
} from '@coxa/platform';
import { educationItem, phaseId, target } from './programme.js';

const { week, exercise, sets, reps, loadKg, decision, rule, reason, inputs } = target.properties!;

const evidence = shape<WhyLink['because'][number]>({
  type: text('Name of the event', 'check-in-received'),
  at: instant(),
  recordedAt: instant(),
  id: nullable(text('Of the check-in, override or measurement')),
  says: text('What it says to this decision'),
});

export const why = shape<WhyView>({
  exercise: exercise!,
  week: week!,
  chain: list(
    shape<WhyLink>({
      week: week!,
      exercise: exercise!,
      sets: sets!,
      reps: reps!,
      loadKg: loadKg!,
      decision: decision!,
      rule: rule!,
      ruleText: nullable(text('The rule in words, with the numbers in force')),
      reason: reason!,
      inputs: inputs!,
      event: nullable(oneOf(['target-decided', 'target-tightened'], 'Null while it is provisional')),
      recordedAt: nullable(instant()),
      ruleset: text('Version of the rules', '1.0.0'),
      from: nullable(text('The closed week that it was decided from', '2026-W04')),
      because: list(evidence, 'What it rests on'),
    }),
    'The target itself, then each before it back to the start',
  ),
});

type Response = ResponsesView['items'][number];
const share = (description: string) => nullable(number(description));

export const responses = shape<ResponsesView>({
  patientId: text(undefined, 'ana'),
  items: list(
    shape<Response>({
      exercise: exercise!,
      modality: oneOf(['strength', 'practice', 'passive', 'isometric', 'dynamic']),
      sessions: whole('Check-ins that name it', 4),
      lastAt: instant(),
      pain: shape<Response['pain']>({
        during: share('0-10, median'),
        morningChange: share('Next morning less before, median'),
        soreMornings: whole('Mornings after that were sore'),
        knownMornings: whole('Mornings after of which is known'),
      }),
      feel: shape<Response['feel']>({
        controllable: share('Share of sessions, 0-1'),
        feltTarget: share('Share of sessions, 0-1'),
        understanding: share('1-5'),
        improving: number('How many sessions said so'),
      }),
      rotation: shape<Response['rotation']>({
        change: share('Degrees after sessions less before, median'),
        pairs: whole('From how many pairs of readings'),
      }),
      says: text('In a sentence'),
    }),
    'What was best borne comes first',
  ),
  suggestion: nullable(text('Worth talking about; no instruction')),
});

export const overrideTaken = shape({ id: text('Of the override'), position });

/** One of each kind; `until` is left open where the next closing decides from it. */
export const overrideExamples = (): Readonly<Record<string, unknown>> => ({
  'a target for this week': {
    kind: 'target',
    value: { exercise: 'squat', sets: 3, reps: 8, loadKg: 12.5 },
    reason: 'Easy for two weeks, as seen in the practice today.',
  },
  'another exercise': {
    kind: 'add-exercise',
    value: { exercise: 'lunge', startLoadKg: 5 },
    reason: 'The squat goes well.',
  },
  'a value of the rules': {
    kind: 'rule',
    value: { plateKg: 1.25 },
    reason: 'There are small plates at home.',
  },
  'a phase': { kind: 'phase', value: { phase: '2' }, reason: 'Steady and strong enough.' },
  'a pause': { kind: 'suspend', reason: 'A fever.' },
  'the end of a pause': { kind: 'resume', reason: 'Well again.' },
});

const { topic, acknowledgedAt } = educationItem.properties!;
export const education = shape({ items: list(educationItem) });
export const educationRead = shape({
  topic: topic!,
  acknowledgedAt: { ...acknowledgedAt!, nullable: false },
  position,
});
export const educationExamples = (ago: Ago): Readonly<Record<string, unknown>> => ({
  'read just now': {},
  'read yesterday': { acknowledgedAt: ago(1, '19:00') },
});

const confidence = oneOf(['high', 'medium', 'low'], 'How sure the source is');
const source = text('Where it comes from');

export const ruleset = shape({
  version: text(undefined, '1.0.0'),
  parameters: record(
    'Every number that the rules use, by name',
    shape<ParameterDefinition>({
      value: number('In force'),
      unit: text(undefined, 'kg'),
      range: { type: 'array', items: number('Least, most'), minItems: 2, maxItems: 2 },
      source,
      confidence,
    }),
  ),
  rules: list(
    shape<RuleDefinition>({
      id: text(undefined, 'O3'),
      title: text(),
      text: text('What it does; in braces the parameters'),
      parameters: list(text(undefined, 'plateKg')),
      source,
      confidence,
      honours: list(text()),
    }),
  ),
  exercises: list(
    shape<ExerciseDefinition>(
      {
        id: exercise!,
        name: text(),
        modality: text(undefined, 'strength'),
        muscles: record('What each muscle does in it', text(undefined, 'primary')),
        order: whole('What is tried first comes first'),
        easier: { ...exercise!, description: 'What takes its place when it is too hard' },
        carriesBody: flag('Body weight counts as load'),
      },
      ['easier'],
    ),
  ),
});

const decided = nullable(
  shape<DecidedTarget>({ sets: sets!, reps: reps!, loadKg: loadKg!, decision: decision!, rule: rule! }),
);
const step = nullable(shape<NonNullable<PhaseDifference['was']>>({ to: phaseId, rule: rule! }));
const severity = nullable(oneOf(['HIGH', 'MEDIUM']));

export const comparison = shape<Comparison & { patientId: string; ruleset: string }>({
  patientId: text(undefined, 'ana'),
  ruleset: text('Version of the candidate', '1.1.0'),
  targets: list(shape({ week: week!, exercise: exercise!, was: decided, would: decided })),
  phases: list(shape({ at: instant(), was: step, would: step })),
  alarms: list(shape({ at: instant(), checkInId: nullable(text()), was: severity, would: severity })),
  refused: list(
    shape({ at: instant(), type: text(), reason: text() }),
    'What the candidate would not have taken',
  ),
  decided: whole('How many targets were decided in all', 12),
});

export const candidate: Shape = {
  type: 'object',
  required: ['version', 'parameters'],
  properties: {
    version: { type: 'string', description: 'Three numbers, another than that in force' },
    extends: { type: 'string', description: 'Version whose values stand for those that are left out' },
    title: { type: 'string' },
    parameters: { type: 'object', description: 'By name: a value, or the whole definition' },
  },
};

export const candidateExamples = (): Readonly<Record<string, unknown>> => ({
  'smaller plates': { version: '1.1.0', extends: '1.0.0', parameters: { plateKg: 1.25 } },
});
