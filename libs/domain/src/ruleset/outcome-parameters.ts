import { definitions } from './definition.js';

/** From which change on a questionnaire's score has changed (protocol, section 5). */
export const outcomeParameters = {
  ...definitions('published smallest detectable change of the TSK-11', 'low', {
    fearChange: [5.6, 'points', 3, 12],
  }),
  ...definitions('published important change of the iHOT-12', 'medium', { hipChange: [14, 'points', 5, 30] }),
  ...definitions('Abbott and Schmitt 2014 (PSFS: small, medium, large)', 'medium', {
    functionSmallChange: [1.3, 'points', 0.5, 5],
    functionMediumChange: [2.3, 'points', 0.5, 5],
    functionLargeChange: [2.7, 'points', 0.5, 5],
  }),
} as const;
