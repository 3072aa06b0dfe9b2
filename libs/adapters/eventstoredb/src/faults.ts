import {
  AccessDeniedError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnavailableError,
} from '@eventstore/db-client';
import { EngineError } from '@coxa/eventing';

/** What the server or the way to it did, as the engine's own error. */
export function faultOf(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const options = { cause: error };
  if (error instanceof StreamDeletedError)
    return new EngineError(
      'corrupt',
      'a stream was deleted on the server; restore it from a backup',
      options,
    );
  if (error instanceof MaxAppendSizeExceededError)
    return new EngineError('undecodable', 'the events are larger than the server takes', options);
  return new EngineError('storage-failed', `the event store did not do it: ${wordsOf(error)}`, options);
}

/** A refusal at the start in words: which, where, why and what to do. */
export function unfit(where: string, error: unknown): EngineError {
  if (error instanceof EngineError && error.code === 'backend-unfit') return error;
  const cause = error instanceof EngineError ? error.cause : error;
  return new EngineError(
    'backend-unfit',
    `The event store at ${where} cannot be used (${wordsOf(cause)}): ${hintFor(cause)}`,
    { cause: error },
  );
}

function hintFor(error: unknown): string {
  const words = wordsOf(error);
  if (error instanceof AccessDeniedError)
    return 'put a user that may read $all and write into COXA_EVENTSTORE_URL, as esdb://user:password@host:2113';
  if (/certificate|self.signed|SSL|TLS|wrong version number/i.test(words))
    return 'let Node trust its certificate (tlsCAFile in COXA_EVENTSTORE_URL), or say tls=false if it has none';
  if (
    error instanceof UnavailableError ||
    error instanceof DeadlineExceededError ||
    /UNAVAILABLE|discover|answer/.test(words)
  )
    return 'nobody answers there; start it, or correct COXA_EVENTSTORE_URL';
  return 'see that it runs and that COXA_EVENTSTORE_URL is right';
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);
