import { definitions } from './definition.js';

/** O1-O8 and U1-U3: how the load grows, falls and rests. */
export const overloadParameters = {
  ...definitions(
    'the article; ACSM says 2-3 (effects of 0.74, 0.82 and 0.93 for 1, 2 and 3 a week)',
    'high',
    {
      strengthPerWeek: [1, 'count', 1, 3],
      sessionGapH: [48, 'h', 48, 168],
    },
  ),
  ...definitions('ACSM 2009', 'medium', {
    startSets: [3, 'count', 1, 4],
    startReps: [8, 'count', 5, 12],
    topReps: [12, 'count', 8, 15],
    lastReps: [15, 'count', 12, 20],
  }),
  ...definitions('ACSM: 2-10 % at 1-2 repetitions over the target', 'high', {
    loadStepShare: [0.05, '1', 0.02, 0.1],
  }),
  ...definitions('habit', 'low', { loadCapShare: [0.1, '1', 0.02, 0.1] }),
  ...definitions('users of workout trackers', 'low', {
    missesRunning: [2, 'count', 2, 4],
    regressShare: [0.1, '1', 0.05, 0.5],
    regressReps: [2, 'count', 1, 4],
    leastReps: [5, 'count', 3, 8],
  }),
  ...definitions('Frontiers in Sports 2022, review of lighter weeks', 'low', {
    deloadWeeks: [6, 'count', 1, 26],
    deloadShare: [0.5, '1', 0.25, 0.75],
  }),
  ...definitions('design', 'low', {
    plateauWeeks: [3, 'count', 2, 8],
    plateKg: [2.5, 'kg', 0.1, 50],
    bodyweightShareKg: [40, 'kg', 0, 200],
    understandingLow: [3, 'count', 1, 5],
    poorAnswersRunning: [2, 'count', 1, 4],
    uncontrollableRunning: [2, 'count', 1, 4],
    secondExerciseAgeYears: [25, 'year', 18, 40],
  }),
  ...definitions('smallest detectable change of the TSK-11 is 5.6 points', 'low', {
    fearRise: [6, 'count', 3, 12],
  }),
} as const;
