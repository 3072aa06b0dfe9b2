import { measures, positions, purposes, segments, sensorKinds, sides, sites, motions } from '@coxa/contracts';
import type { MeasureDefinition, OutcomeView, Series } from '@coxa/domain';
import {
  type Ago,
  flag,
  instant,
  joined,
  list,
  nullable,
  number,
  oneOf,
  pageOf,
  position,
  shape,
  text,
  whole,
} from '@coxa/platform';

export const series = shape<Series>({
  side: oneOf(sides),
  position: oneOf(positions),
  motion: oneOf(motions),
  instrument: text('Model of the device, or the kind of instrument', 'goniometer'),
  measuredBy: text('Who measured', 'dr-lee'),
});

export const measured = shape({
  accepted: flag(),
  duplicate: flag('It was taken before'),
  position,
});

export const measurementExamples = (ago: Ago): Readonly<Record<string, unknown>> => ({
  'three seated readings': {
    id: 'seated-1',
    patientId: 'ana',
    at: ago(1, '10:00'),
    side: 'left',
    position: 'seated',
    motion: 'active',
    instrument: 'goniometer',
    measuredBy: 'dr-lee',
    valuesDeg: [23, 24, 24],
  },
});

interface RotationItem {
  readonly at: string;
  readonly sessionId?: string;
  readonly measurementId?: string;
  readonly series: Series;
  readonly value: number | null;
  readonly uncertaintyDeg: number | null;
  readonly valid: boolean;
  readonly reasons: readonly string[];
}

export const rotationSeries = pageOf(
  shape<RotationItem>(
    {
      at: instant(),
      sessionId: text('Of a sensor'),
      measurementId: text('Of a goniometer in the hand'),
      series,
      value: nullable(number('Degrees of inward rotation', 24)),
      uncertaintyDeg: nullable(number('Degrees; null when not known', 2)),
      valid: flag('The rules count it'),
      reasons: list(text(undefined, 'out-of-range'), 'Why not, if they do not'),
    },
    ['sessionId', 'measurementId'],
  ),
);

const pain = nullable(whole('0-10', 2));

export const painSeries = pageOf(
  shape({
    at: instant(),
    checkInId: text(undefined, 'evening-1'),
    now: whole('0-10', 2),
    worst: pain,
    duringExercise: pain,
    nextMorning: pain,
    site: nullable(oneOf(sites)),
    side: nullable(oneOf(sides)),
  }),
);

export const sessions = pageOf(
  shape({
    sessionId: text(undefined, 'turns-1'),
    deviceId: text(),
    kind: oneOf(sensorKinds),
    segment: oneOf(segments),
    side: oneOf(sides),
    position: oneOf(positions),
    purpose: oneOf(purposes),
    startedAt: instant(),
    batches: whole('Batches that have come', 3),
    samples: whole('Samples in them', 600),
    missing: list(
      { type: 'array', minItems: 2, maxItems: 2, items: whole('sequence') },
      'Batches that are missing: [from, to]',
    ),
    ended: nullable(oneOf(['last', 'idle', 'limit'], 'By what it ended; null: not yet')),
  }),
);

const outcome = shape<OutcomeView>({
  id: text(undefined, 'tsk-1'),
  at: instant(),
  measure: oneOf(measures),
  version: text('Of the scoring', '1'),
  score: nullable(number('Null: too few answers', 22)),
  answered: whole('Answers given', 11),
  missing: whole('Answers missing', 0),
  baseline: nullable(number('The first score of its kind', 24)),
  change: nullable(number('Since the baseline', -2)),
  verdict: oneOf(['better', 'worse', 'no-change', 'not-enough-data']),
  size: nullable(oneOf(['small', 'medium', 'large'])),
});

const range = (what: string) => ({
  type: 'array',
  description: `Least and most ${what}`,
  minItems: 2,
  maxItems: 2,
  items: number('Least, most'),
});

const definition = shape<MeasureDefinition>({
  measure: oneOf(measures),
  version: text('Of the scoring', '1'),
  title: text(),
  items: range('answers'),
  answer: range('of one answer'),
  whole: flag('Answers are whole numbers'),
  scoring: oneOf(['sum', 'mean']),
  leastAnswered: whole('With fewer answers there is no score'),
  better: oneOf(['higher', 'lower']),
  changes: list(
    shape({ size: nullable(oneOf(['small', 'medium', 'large'])), parameter: text('Of the ruleset') }),
    'From which change on it counts',
  ),
  source: text('Where the scoring comes from'),
});

export const questionnaires = joined(
  pageOf(outcome),
  shape({ measures: list(definition, 'How each questionnaire is scored') }),
);
export const questionnaireTaken = joined(
  outcome,
  shape({ duplicate: flag('It was taken before'), position }),
);

export const questionnaireExamples = (ago: Ago): Readonly<Record<string, unknown>> => ({
  'fear of movement (TSK-11)': {
    id: 'tsk-1',
    at: ago(7, '10:00'),
    measure: 'tsk-11',
    version: '1',
    answers: [2, 2, 2, 3, 2, 1, 2, 2, 3, 2, 2],
  },
  'one answer missing': {
    id: 'tsk-2',
    at: ago(1, '10:00'),
    measure: 'tsk-11',
    version: '1',
    answers: [2, 2, 1, 2, 2, null, 2, 2, 2, 2, 2],
  },
});
