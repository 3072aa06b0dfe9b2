/** What to do about a failure, as a value: the caller decides, the thrower only says what kind it is. */
export type FailurePolicy = 'retry' | 'park' | 'stop';

export type EngineErrorCode =
  | 'revision-conflict'
  | 'key-erased'
  | 'folder-in-use'
  | 'storage-full'
  | 'storage-failed'
  | 'corrupt'
  | 'view-moved'
  | 'behind'
  | 'backend-unfit'
  | 'topic-mismatch'
  | 'undecodable'
  | 'closed';

const policies: Record<EngineErrorCode, FailurePolicy> = {
  'revision-conflict': 'retry',
  'key-erased': 'park',
  'folder-in-use': 'stop',
  'storage-full': 'retry',
  'storage-failed': 'retry',
  corrupt: 'stop',
  // Somebody else wrote the view, or it was lost: look where it stands and go on from there.
  'view-moved': 'retry',
  // What is followed has not been heard to its end: nobody can say yet what does not exist.
  behind: 'retry',
  // A server that cannot be used as it is: away at the start, too old, without permission.
  'backend-unfit': 'stop',
  'topic-mismatch': 'stop',
  undecodable: 'park',
  closed: 'stop',
};

/** The one error type of the engine and its adapters: a closed list of codes, the cause kept. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly code: EngineErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Thrown by `EventStore.append`; carries where the stream really is (-1: it does not exist). */
export class RevisionConflict extends EngineError {
  constructor(
    readonly stream: string,
    readonly expected: number | 'no-stream',
    readonly actual: number,
  ) {
    super('revision-conflict', `stream is at revision ${actual}, not at ${expected}`);
  }
}

/** The one place that maps a failure to retry, park or stop. What nobody named is the message's fault: it is parked, never dropped. */
export function failurePolicy(error: unknown): FailurePolicy {
  return error instanceof EngineError ? policies[error.code] : 'park';
}
