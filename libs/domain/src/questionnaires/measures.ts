import type { ParameterName } from '../ruleset.js';

export const measures = ['tsk-11', 'ihot-12', 'psfs'] as const;
export type Measure = (typeof measures)[number];

/**
 * How a questionnaire is scored. The wording of its items belongs to its authors and is not part of this system: answers come by their place.
 */
export interface MeasureDefinition {
  readonly measure: Measure;
  /** Version of this definition of the scoring. */
  readonly version: string;
  readonly title: string;
  /** How many answers there are, least and most; a missing one is null. */
  readonly items: readonly [number, number];
  /** Least and most of one answer. */
  readonly answer: readonly [number, number];
  readonly whole: boolean;
  readonly scoring: 'sum' | 'mean';
  /** With fewer answers than this there is no score. Up to it the mean of those given stands in for those missing. */
  readonly leastAnswered: number;
  readonly better: 'higher' | 'lower';
  /** From which change on it counts, the smallest first. */
  readonly changes: readonly {
    readonly size: 'small' | 'medium' | 'large' | null;
    readonly parameter: ParameterName;
  }[];
  readonly source: string;
}

/** The definitions in force. A new way of scoring is a new version beside the old: what was scored stays as it was. */
export const measureDefinitions: readonly MeasureDefinition[] = [
  {
    measure: 'tsk-11',
    version: '1',
    title: 'Tampa Scale of Kinesiophobia, 11 items',
    items: [11, 11],
    answer: [1, 4],
    whole: true,
    scoring: 'sum',
    leastAnswered: 10,
    better: 'lower',
    changes: [{ size: null, parameter: 'fearChange' }],
    source:
      'Woby 2005: the sum of eleven answers of 1 to 4, so 11 to 44. No rule for missing items is published: one may be missing and counts as the mean of the others (design).',
  },
  {
    measure: 'ihot-12',
    version: '1',
    title: 'International Hip Outcome Tool, 12 items',
    items: [12, 12],
    answer: [0, 100],
    whole: false,
    scoring: 'mean',
    leastAnswered: 6,
    better: 'higher',
    changes: [{ size: null, parameter: 'hipChange' }],
    source:
      'Griffin 2012: the mean of the items that were answered, each 0 to 100. Half of them must be (design).',
  },
  {
    measure: 'psfs',
    version: '1',
    title: 'Patient-Specific Functional Scale',
    items: [3, 5],
    answer: [0, 10],
    whole: true,
    scoring: 'mean',
    leastAnswered: 3,
    better: 'higher',
    changes: [
      { size: 'small', parameter: 'functionSmallChange' },
      { size: 'medium', parameter: 'functionMediumChange' },
      { size: 'large', parameter: 'functionLargeChange' },
    ],
    source:
      'Stratford 1995: the mean of three to five activities that the person names, each 0 to 10. Three must be answered; scores are compared when they are about as many activities.',
  },
];

/** `1`, `1.0` and `1.0.0` are one version. */
export const definitionOf = (measure: string, version: string): MeasureDefinition | undefined =>
  measureDefinitions.find(
    (each) => each.measure === measure && each.version === version.replace(/(\.0){1,2}$/, ''),
  );
