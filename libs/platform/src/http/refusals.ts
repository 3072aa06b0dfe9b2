import { ProblemException } from './problem-exception.js';

/** Characters of a path with its query. */
export const maxUrlLength = 8_192;

/** Said until everything has caught up, and again once the service stops. */
export const notOpen = (): ProblemException =>
  new ProblemException('overloaded', {
    detail: 'The service is starting, and its views are catching up, or it is stopping.',
    retryAfterS: 1,
  });
