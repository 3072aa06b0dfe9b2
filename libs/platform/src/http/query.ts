import { MalformedError, parseInstant } from '@coxa/contracts';

/** What a query parameter may be, by name. */
export type QuerySpec = Readonly<Record<string, 'instant' | 'limit' | 'text' | readonly string[]>>;

export type Query<S extends QuerySpec> = { readonly [K in keyof S]?: S[K] extends 'limit' ? number : string };

export const defaultLimit = 50;

/** Reads query parameters; an unknown name, a repeated one or a bad value is malformed. */
export function readQuery<S extends QuerySpec>(query: unknown, spec: S): Query<S> {
  const read: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    const kind = Object.hasOwn(spec, name) ? spec[name] : undefined;
    if (kind === undefined)
      throw new MalformedError(`the query parameter ${name.slice(0, 50)} is not known here`);
    if (typeof value !== 'string') throw new MalformedError(`the query parameter ${name} is given twice`);
    read[name] = valueOf(name, value, kind);
  }
  return read as Query<S>;
}

function valueOf(name: string, value: string, kind: QuerySpec[string]): string | number {
  if (kind === 'instant') {
    if (parseInstant(value) === undefined)
      throw new MalformedError(`the query parameter ${name} must be an RFC 3339 time with offset`);
  } else if (kind === 'limit') {
    if (!/^\d{1,3}$/.test(value) || Number(value) < 1 || Number(value) > 200)
      throw new MalformedError('limit must be a whole number from 1 to 200');
    return Number(value);
  } else if (kind !== 'text' && !kind.includes(value))
    throw new MalformedError(`the query parameter ${name} must be one of: ${kind.join(', ')}`);
  return value;
}

/** A cursor is the key after which to go on, opaque to the client. */
export const formatCursor = (key: string): string => Buffer.from(key).toString('base64url');

/** @throws MalformedError for a cursor that does not lie within the list (its keys start with `prefix`) */
export function parseCursor(cursor: string, prefix: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (formatCursor(key) !== cursor || !key.startsWith(prefix))
    throw new MalformedError('the cursor does not belong to this list');
  return key;
}
