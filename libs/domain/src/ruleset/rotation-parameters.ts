import { definitions } from './definition.js';

/** M1-M5 and Q1: when a reading counts, when change is change, and how the movement is practised. */
export const rotationParameters = {
  ...definitions('design', 'medium', {
    readingSpreadDeg: [5, 'deg', 1, 10],
    readingMinDeg: [-10, 'deg', -30, 0],
    readingMaxDeg: [90, 'deg', 45, 90],
  }),
  ...definitions('Krause (5.4°); Pua 2008 (8.6-13°)', 'medium', {
    mdcImuDeg: [6, 'deg', 3, 15],
    mdcGoniometerDeg: [9, 'deg', 5, 15],
    compareDays: [7, 'd', 3, 28],
  }),
  ...definitions('two-sided 95 % of a normal distribution', 'high', {
    mdcQuantile: [1.96, '1', 1.64, 2.58],
  }),
  ...definitions('design', 'low', {
    lossDeg: [10, 'deg', 5, 20],
    lossMedianDays: [14, 'd', 7, 28],
    readingWithinDays: [28, 'd', 7, 56],
  }),
  ...definitions('ACR criteria for osteoarthritis of the hip', 'medium', {
    sideDifferenceDeg: [10, 'deg', 5, 20],
    smallRotationDeg: [15, 'deg', 10, 20],
    reviewAgeYears: [50, 'year', 40, 60],
  }),
  ...definitions('the article', 'low', {
    practiceSets: [2, 'count', 1, 4],
    practiceReps: [10, 'count', 5, 20],
    practiceDays: [4, 'count', 1, 7],
    practiceDaysAimed: [5, 'count', 1, 7],
    idlePromptDays: [7, 'd', 3, 14],
  }),
} as const;
