import type { Problem } from '@coxa/contracts';
import { Logger } from '@nestjs/common';
import { logSafe } from '../service/log-safe.js';
import { problemOf } from './problem-of.js';

const logger = new Logger('http');

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly problem: Problem;
}

/** How a failure of a request is answered: a problem document and the headers that belong to it. What is our own fault is logged as `what`. */
export function problemAnswer(error: unknown, what: string): ProblemAnswer {
  const { problem, retryAfterS, cause } = problemOf(error);
  if (problem.status === 500) logger.error(`${what} failed: ${logSafe(cause ?? error)}`);
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (retryAfterS !== undefined) headers['retry-after'] = String(retryAfterS);
  if (problem.status === 401) headers['www-authenticate'] = 'Bearer';
  if (problem.status === 426) headers['upgrade'] = 'websocket';
  return { status: problem.status, headers, text: JSON.stringify(problem), problem };
}
