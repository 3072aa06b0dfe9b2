/** Parameters of the rules with the defaults of version 1. Hours, days and weeks are in the name; loads in kg; angles in degrees. */
export const defaultParameters = {
  lateWindowH: 72,
  painStop: 5,
  painNoAdvance: 3,
  morningHigh: 5,
  morningRise: 2,
  weeklyRiseHold: 1,
  weeklyRiseRegress: 2,
  weeklyCheckIns: 3,
  spikeHigh: 8,
  spikeMedium: 6,
  spikeAboveMedian: 2,
  spikeRelative: 4,
  spikeEarlier: 3,
  medianDays: 14,
  missingAlarmDays: 7,
  missingRegressDays: 14,
  sessionGapH: 48,
  startSets: 3,
  startReps: 8,
  topReps: 12,
  lastReps: 15,
  loadStepShare: 0.05,
  loadCapShare: 0.1,
  regressShare: 0.1,
  regressReps: 2,
  leastReps: 5,
  plateKg: 2.5,
  bodyweightShareKg: 40,
  deloadWeeks: 6,
  understandingLow: 3,
  readingSpreadDeg: 5,
  readingMinDeg: -10,
  readingMaxDeg: 90,
  mdcImuDeg: 6,
  mdcGoniometerDeg: 9,
  stretchWeeks: 6,
  stretchVolumeShare: 0.15,
  practiceDays: 4,
  readingWithinDays: 28,
  mixedWeeks: 2,
  mixedSessions: 6,
} as const satisfies Record<string, number>;

export type Parameters = Readonly<Record<keyof typeof defaultParameters, number>>;

/** A versioned set of parameters. A new version never rewrites what an old one decided. */
export interface Ruleset {
  readonly version: string;
  readonly parameters: Parameters;
}

export const defaultRuleset: Ruleset = { version: '1.0.0', parameters: defaultParameters };

export const isParameter = (name: string): name is keyof Parameters => Object.hasOwn(defaultParameters, name);

/** Easier variant of each seed exercise (U3); none for the squat. */
export const easierVariant: Readonly<Record<string, string>> = {
  'bulgarian-split-squat': 'lunge',
  lunge: 'squat',
};

export const seedExercises = ['squat', 'lunge', 'bulgarian-split-squat'] as const;
