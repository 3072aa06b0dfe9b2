import { definitions } from './definition.js';

const monitoring = 'pain-monitoring model (Thomeé; Silbernagel 2007)';
const much = `${monitoring}; Salaffi 2004 (2 points are "much better or worse")`;

/** S1-S9: what pain, flags and silence do. A range never lets pain above 5 go on, nor a spike of 8 pass. */
export const safetyParameters = {
  ...definitions(monitoring, 'medium', {
    painStop: [5, 'NRS', 3, 5],
    painNoAdvance: [3, 'NRS', 0, 3],
  }),
  ...definitions(much, 'medium', {
    morningHigh: [5, 'NRS', 2, 5],
    morningRise: [2, 'NRS', 1, 3],
    morningRunning: [2, 'count', 1, 3],
    morningWithinH: [36, 'h', 12, 48],
    beforeWithinH: [48, 'h', 12, 72],
    weeklyRiseHold: [1, 'NRS', 1, 2],
    weeklyRiseRegress: [2, 'NRS', 1, 3],
    weeklyCheckIns: [3, 'count', 2, 7],
  }),
  ...definitions('Boonstra 2016 (8 and more is severe)', 'medium', {
    spikeHigh: [8, 'NRS', 6, 8],
    spikeMedium: [6, 'NRS', 4, 7],
    spikeAboveMedian: [2, 'NRS', 1, 3],
  }),
  ...definitions('Salaffi 2004; trials of reported outcomes between visits', 'low', {
    spikeRelative: [4, 'NRS', 2, 6],
    spikeEarlier: [3, 'count', 1, 7],
    medianDays: [14, 'd', 7, 28],
    spikeAgainAfterH: [24, 'h', 12, 48],
    spikeAgainUntilH: [48, 'h', 24, 96],
    spikeAgainHigh: [6, 'NRS', 4, 8],
  }),
  ...definitions('practice', 'low', {
    amberReviewH: [72, 'h', 24, 72],
    missingRemindDays: [3, 'd', 1, 14],
    missingAlarmDays: [7, 'd', 1, 28],
    missingRegressDays: [14, 'd', 7, 56],
  }),
  ...definitions('design', 'low', { lateWindowH: [72, 'h', 48, 168] }),
} as const;
