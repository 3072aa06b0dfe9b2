import type { IncomingMessage } from 'node:http';
import { ProblemException } from './problem-exception.js';

/** Characters of a path with its query. */
export const maxUrlLength = 8_192;

/** HTTP/1.1 without a Host: Node would refuse it with a bare 400. @throws ProblemException `malformed` */
export function refuseWithoutHost({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion === '1.1' && headers.host === undefined)
    throw new ProblemException('malformed', { detail: 'HTTP/1.1 needs a Host header.' });
}

/** Said until everything has caught up, and again once the service stops. */
export const notOpen = (): ProblemException =>
  new ProblemException('overloaded', {
    detail: 'The service is starting, and its views are catching up, or it is stopping.',
    retryAfterS: 1,
  });
