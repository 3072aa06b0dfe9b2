/** Bytes that are not what they claim to be (400), as against content that is wrong (422). The message names the place, never the value. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';

  constructor(
    message: string,
    options?: ErrorOptions & {
      /** The query parameter that cannot be parsed. */
      readonly query?: string;
    },
  ) {
    super(message, options);
    this.query = options?.query;
  }

  readonly query: string | undefined;
}
