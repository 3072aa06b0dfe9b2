import { MalformedError } from '@coxa/contracts';
import { EngineError } from '@coxa/eventing';
import { HttpException } from '@nestjs/common';
import { tooLargeHint } from './body.js';
import { ProblemException } from './problem-exception.js';
import { ClientGone } from './read-body.js';

/** The one place that maps a failure to what the client is told. */
export function problemOf(error: unknown): ProblemException {
  if (error instanceof ProblemException) return error;
  if (error instanceof MalformedError) return malformed(error);
  if (error instanceof ClientGone) return new ProblemException('malformed', { cause: error });
  if (error instanceof EngineError) return ofEngine(error);
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : (error as { statusCode?: unknown } | undefined)?.statusCode;
  return ofStatus(typeof status === 'number' ? status : 500, error);
}

function malformed({ message, query }: MalformedError): ProblemException {
  const errors =
    query === undefined ? {} : { errors: [{ path: `?${query}`, code: 'range' as const, message }] };
  return new ProblemException('malformed', { detail: message, ...errors });
}

function ofEngine(error: EngineError): ProblemException {
  switch (error.code) {
    case 'storage-full':
    case 'storage-failed':
    case 'closed':
      return new ProblemException('overloaded', {
        detail: 'Nothing was taken; try again.',
        retryAfterS: 1,
        cause: error,
      });
    case 'view-moved':
      return new ProblemException('overloaded', {
        detail: 'The view is being made anew; try again.',
        retryAfterS: 1,
        cause: error,
      });
    case 'behind':
      return new ProblemException('overloaded', {
        detail: 'What was registered last is not known here yet; try again.',
        retryAfterS: 1,
        cause: error,
      });
    case 'revision-conflict':
      return new ProblemException('conflict', {
        detail: 'Somebody else was quicker; look again and repeat.',
        cause: error,
      });
    case 'key-erased':
      return new ProblemException('not-found', { cause: error });
    case 'folder-in-use':
    case 'backend-unfit':
    case 'corrupt':
    case 'topic-mismatch':
    case 'undecodable':
      return new ProblemException('internal', { cause: error });
    default:
      return error.code satisfies never;
  }
}

function ofStatus(status: number, cause: unknown): ProblemException {
  switch (status) {
    case 400:
      return new ProblemException('malformed', { cause });
    case 404:
      return new ProblemException('not-found', { detail: 'There is no such path.', cause });
    case 408:
      return new ProblemException('timeout', { cause });
    case 413:
      return new ProblemException('too-large', { detail: `The body is over 4 MiB. ${tooLargeHint}`, cause });
    case 414:
    case 431:
      return new ProblemException('too-large', { status, cause });
    case 415:
      return new ProblemException('unsupported-type', { cause });
    case 503:
      return new ProblemException('overloaded', { retryAfterS: 1, cause });
    default:
      return new ProblemException('internal', { cause });
  }
}
