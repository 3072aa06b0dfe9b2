import type { FieldError } from './codes.js';

/** Every problem the product answers with, and its status. */
export const problemStatus = {
  malformed: 400,
  unauthenticated: 401,
  'wrong-role': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  timeout: 408,
  conflict: 409,
  'too-large': 413,
  'unsupported-type': 415,
  invalid: 422,
  'upgrade-required': 426,
  'too-many-requests': 429,
  internal: 500,
  overloaded: 503,
} as const;

export type ProblemCode = keyof typeof problemStatus;

const titles: Readonly<Record<ProblemCode, string>> = {
  malformed: 'The request cannot be parsed',
  unauthenticated: 'A valid token is needed',
  'wrong-role': 'This role may not do that',
  'not-found': 'There is nothing here',
  'method-not-allowed': 'This method is not possible here',
  timeout: 'The request took too long to arrive',
  conflict: 'This contradicts what is already there',
  'too-large': 'The request is too large',
  'unsupported-type': 'This content type or encoding is not understood',
  invalid: 'The content is not valid',
  'upgrade-required': 'This path speaks WebSocket',
  'too-many-requests': 'Too many requests',
  internal: 'Something went wrong on our side',
  overloaded: 'The service cannot take this right now',
};

/** RFC 9457 problem details with a stable `code`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

export function problem(
  code: ProblemCode,
  detail?: string,
  errors?: readonly FieldError[],
  status?: number,
): Problem {
  return {
    type: `urn:coxa:problem:${code}`,
    title: titles[code],
    status: status ?? problemStatus[code],
    code,
    ...(detail ? { detail } : {}),
    ...(errors ? { errors } : {}),
  };
}
