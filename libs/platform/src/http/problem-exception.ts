import { type FieldError, problem, type Problem, type ProblemCode } from '@coxa/contracts';

export interface ProblemOptions {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Where the code has several statuses (`too-large` is 413, 414 or 431). */
  readonly status?: number;
  readonly retryAfterS?: number;
  readonly cause?: unknown;
}

/** Ends a request with a problem document. */
export class ProblemException extends Error {
  override readonly name = 'ProblemException';
  readonly problem: Problem;
  readonly retryAfterS: number | undefined;

  constructor(code: ProblemCode, { detail, errors, status, retryAfterS, cause }: ProblemOptions = {}) {
    super(detail ?? code, { cause });
    this.problem = problem(code, detail, errors, status);
    this.retryAfterS = retryAfterS;
  }
}

/** The one document for what is not there and for what is not yours. */
export const notFound = (): ProblemException =>
  new ProblemException('not-found', { detail: 'It does not exist, or it is not yours to see.' });

export const invalid = (errors: readonly FieldError[]): ProblemException =>
  new ProblemException('invalid', { errors });
