import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FieldCode, FieldError } from './codes.js';
import { parseInstant } from './time.js';

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
  messages: false,
});
ajv.addFormat('instant', { validate: (text: string) => parseInstant(text) !== undefined });
ajv.addFormat('zone', { validate: isZone });

/** 1-128 characters that are safe in keys, paths and file names. */
export const idSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '^[A-Za-z0-9._:-]+$',
} as const;
export const instantSchema = { type: 'string', format: 'instant' } as const;
export const oneOf = (values: readonly string[]) => ({ type: 'string', enum: values }) as const;
export const objectOf = (properties: Record<string, unknown>, required: readonly string[] = []) =>
  ({ type: 'object', additionalProperties: false, properties, required }) as const;

export const compileSchema = (schema: object): ValidateFunction => ajv.compile(schema);

/** More faults than anybody reads: a body of nothing but faults is not answered with ten times its size. */
export const maxFaults = 100;

const codes: Readonly<Record<string, FieldCode>> = {
  required: 'required',
  additionalProperties: 'unknown-field',
  type: 'type',
  enum: 'enum',
  const: 'enum',
  format: 'type',
};

/** Checks a body; every fault with its place, at most one a path. The messages name what is expected and never the value. */
export function checkSchema(validate: ValidateFunction, body: unknown): FieldError[] {
  if (validate(body)) return [];
  const faults = new Map<string, FieldError>();
  for (const error of validate.errors ?? []) {
    if (error.keyword === 'if') continue;
    const fault = fieldError(error, body);
    if (!faults.has(fault.path)) faults.set(fault.path, fault);
    if (faults.size === maxFaults) break;
  }
  return [...faults.values()];
}

function fieldError(error: ErrorObject, body: unknown): FieldError {
  const path = error.instancePath + fieldOf(error);
  const code = codes[error.keyword] ?? 'range';
  // NaN and the infinities are numbers to everybody but the schema.
  if (code === 'type' && typeof valueAt(body, path) === 'number' && !Number.isFinite(valueAt(body, path)))
    return { path, code: 'not-finite', message: 'must be a finite number' };
  return { path, code, message: messageOf(code, error) };
}

const valueAt = (body: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (value: unknown, name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name],
      body,
    );

function fieldOf({ keyword, params }: ErrorObject): string {
  const name: unknown =
    keyword === 'required'
      ? params['missingProperty']
      : keyword === 'additionalProperties'
        ? params['additionalProperty']
        : undefined;
  return typeof name === 'string' ? `/${escapePointer(name)}` : '';
}

function messageOf(code: FieldCode, { keyword, params }: ErrorObject): string {
  switch (code) {
    case 'required':
      return 'is required';
    case 'unknown-field':
      return 'is not a known field';
    case 'enum':
      return `must be one of: ${[params['allowedValues'] ?? params['allowedValue']].flat().join(', ')}`;
    case 'type':
      return keyword === 'format'
        ? expectedFormat(String(params['format']))
        : `must be of type ${[params['type']].flat().join(' or ')}`;
    default:
      return params['comparison']
        ? `must be ${String(params['comparison'])} ${String(params['limit'])}`
        : `breaks the limit ${keyword} ${String(params['limit'] ?? params['pattern'] ?? '')}`.trim();
  }
}

const expectedFormat = (format: string): string =>
  format === 'zone'
    ? 'must be an IANA time zone such as Europe/Berlin'
    : 'must be an RFC 3339 time with offset such as 2026-01-31T18:00:00+01:00';

/** RFC 6901: `~` and `/` within a name. */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Whether a name is a time zone of the IANA database as this runtime knows it. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}
