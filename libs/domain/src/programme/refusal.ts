/** Why a command is refused. `path` is a JSON Pointer into the body that caused it. */
export type RefusalCode =
  | 'conflict'
  | 'not-enrolled'
  | 'before-enrolment'
  | 'id-reused'
  | 'unknown-exercise'
  | 'range'
  | 'unknown-parameter'
  | 'unknown-version'
  | 'unknown-topic';

export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}
