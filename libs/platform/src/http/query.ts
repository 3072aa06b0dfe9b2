import { type FieldCode, MalformedError, parseInstant } from '@coxa/contracts';
import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { ProblemException } from './problem-exception.js';

/** What a query parameter may be, by name. */
export type QuerySpec = Readonly<Record<string, 'instant' | 'limit' | 'text' | readonly string[]>>;

export type Query<S extends QuerySpec> = { readonly [K in keyof S]?: S[K] extends 'limit' ? number : string };

export const defaultLimit = 50;

const schemaOf = (kind: QuerySpec[string]): object => {
  if (kind === 'instant') return { type: 'string', format: 'date-time' };
  if (kind === 'limit') return { type: 'integer', minimum: 1, maximum: 200, default: defaultLimit };
  return kind === 'text' ? { type: 'string' } : { type: 'string', enum: kind };
};

/** Shows the parameters that `readQuery` takes in the API document. */
export const Queries = (spec: QuerySpec): MethodDecorator =>
  applyDecorators(
    ...Object.entries(spec).map(([name, kind]) =>
      ApiQuery({ name, required: false, schema: schemaOf(kind) }),
    ),
  );

const maxNameShown = 50;

/** Reads query parameters. @throws ProblemException `malformed` for an unknown name, a repeated one or a bad value */
export function readQuery<S extends QuerySpec>(query: unknown, spec: S): Query<S> {
  const read: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    const kind = Object.hasOwn(spec, name) ? spec[name] : undefined;
    if (kind === undefined) throw fault(name, 'unknown-field', 'is not known here');
    if (typeof value !== 'string') throw fault(name, 'type', 'is given twice');
    read[name] = valueOf(name, value, kind);
  }
  return read as Query<S>;
}

function valueOf(name: string, value: string, kind: QuerySpec[string]): string | number {
  switch (kind) {
    case 'text':
      return value;
    case 'instant':
      return instantOf(name, value);
    case 'limit':
      if (!/^\d{1,3}$/.test(value) || Number(value) < 1 || Number(value) > 200)
        throw fault(name, 'range', 'must be a whole number from 1 to 200');
      return Number(value);
    default:
      if (!kind.includes(value)) throw fault(name, 'enum', `must be one of: ${kind.join(', ')}`);
      return value;
  }
}

function instantOf(name: string, value: string): string {
  // A plus sign that was not escaped arrives as a space; before the offset it can mean nothing else.
  const instant = value.replace(/ (\d\d:\d\d)$/, '+$1');
  if (parseInstant(instant) === undefined) throw fault(name, 'type', 'must be an RFC 3339 time with offset');
  return instant;
}

function fault(name: string, code: FieldCode, message: string): ProblemException {
  const shown = name.slice(0, maxNameShown);
  return new ProblemException('malformed', {
    detail: `The query parameter ${shown} ${message}.`,
    errors: [{ path: `?${shown}`, code, message }],
  });
}

/** A cursor is the key after which to go on, opaque to the client. */
export const formatCursor = (key: string): string => Buffer.from(key).toString('base64url');

/** @throws MalformedError for a cursor that does not lie within the list (its keys start with `prefix`) */
export function parseCursor(cursor: string, prefix: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (formatCursor(key) !== cursor || !key.startsWith(prefix))
    throw new MalformedError('the cursor does not belong to this list', { query: 'cursor' });
  return key;
}
