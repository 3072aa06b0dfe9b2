import { definitions } from './definition.js';

/** P01-P− and T1-T3: what a step to the next phase asks for, and how stretches are dosed. */
export const phaseParameters = {
  ...definitions('design', 'low', {
    adultYears: [18, 'year', 18, 21],
    toleratedSessions: [2, 'count', 0, 6],
    stretchWeeks: [6, 'count', 1, 52],
    stretchVolumeShare: [0.15, '1', 0, 1],
    volumeWeeks: [4, 'count', 1, 8],
    calmSessions: [2, 'count', 1, 6],
    calmWeeks: [3, 'count', 2, 8],
    practiceWeeks: [2, 'count', 1, 6],
    mixedWeeks: [2, 'count', 1, 8],
    mixedSessions: [6, 'count', 1, 30],
    calmStretchWeeks: [2, 'count', 1, 6],
  }),
  ...definitions('ACSM 2011; Thomas 2018 (5-10 min a week)', 'medium', {
    passiveSets: [2, 'count', 1, 4],
    passiveHoldS: [30, 's', 10, 60],
    passiveHoldOldS: [60, 's', 10, 60],
    olderThanYears: [65, 'year', 50, 80],
  }),
  ...definitions('Rio 2015, and trials since that found no relief of pain', 'low', {
    isometricSets: [5, 'count', 1, 5],
    isometricHoldS: [30, 's', 10, 45],
    isometricRestS: [120, 's', 60, 300],
    dynamicSets: [2, 'count', 1, 4],
    dynamicReps: [10, 'count', 5, 20],
  }),
} as const;
