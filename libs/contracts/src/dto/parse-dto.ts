import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { type FieldCode, type FieldError, strengthExercises } from '../codes.js';
import { escapePointer, maxFaults } from '../schema.js';
import type { ItemTest } from './fields.js';

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: readonly FieldError[] };

const codes: Readonly<Record<string, FieldCode>> = {
  isDefined: 'required',
  whitelistValidation: 'unknown-field',
  isIn: 'enum',
  isString: 'type',
  isInt: 'type',
  isNumber: 'type',
  isNumberOrNull: 'type',
  isBoolean: 'type',
  isArray: 'type',
  isObject: 'type',
  nestedValidation: 'type',
  isInstant: 'type',
  isZone: 'enum',
  isExercise: 'unknown-exercise',
};
const words: Readonly<Record<string, string>> = {
  isDefined: 'is required',
  whitelistValidation: 'is not a known field',
  isString: 'must be text',
  isInt: 'must be a whole number',
  isNumber: 'must be a number',
  isNumberOrNull: 'must be a number, or null where the answer is missing',
  isBoolean: 'must be true or false',
  isArray: 'must be a list',
  isObject: 'must be an object',
  nestedValidation: 'must be an object',
  isInstant: 'must be an RFC 3339 time with offset such as 2026-01-31T18:00:00+01:00',
  isExercise: `must be one of: ${strengthExercises.join(', ')}`,
  isZone: 'must be an IANA time zone such as Europe/Berlin',
  isSaid: 'must say something',
  isUnitQuaternion: 'must be a unit quaternion [w, x, y, z]',
};
const precedence: readonly FieldCode[] = [
  'required',
  'unknown-field',
  'type',
  'unknown-exercise',
  'enum',
  'range',
];
/** Far more than any body of low rate has in one place. */
const mostFields = 200;
const mostItems = 1_000;
const unsafe = new Set(['__proto__', 'constructor', 'prototype']);

/** Checks a body against its class; every fault with its place. Unknown fields are faults, and so is `null`. */
export function parseDto<T extends object>(type: new () => T, body: unknown): Parsed<T> {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    return { ok: false, errors: [{ path: '', code: 'type', message: 'must be an object' }] };
  const hostile = hostileFields(body, '');
  if (hostile.length > 0) return { ok: false, errors: hostile.slice(0, maxFaults) };
  const value = plainToInstance(type, body);
  const faults = validateSync(value, { whitelist: true, forbidNonWhitelisted: true });
  return faults.length === 0
    ? { ok: true, value }
    : { ok: false, errors: faults.flatMap((fault) => flatten(fault, '')).slice(0, maxFaults) };
}

function flatten(
  { property, constraints, contexts = {}, children = [], value }: ValidationError,
  above: string,
): FieldError[] {
  const path = `${above}/${escapePointer(property)}`;
  if (constraints) return [fault(path, constraints, contexts, value)];
  return children.flatMap((child) => flatten(child, path));
}

/** The gravest fault of a field; of a list, that of its first item that has it. */
function fault(
  path: string,
  constraints: Readonly<Record<string, string>>,
  tests: Readonly<Record<string, { readonly passes: ItemTest }>>,
  value: unknown,
): FieldError {
  const found = Object.keys(constraints).map((name) => (value === null ? 'type' : (codes[name] ?? 'range')));
  const code = precedence.find((each) => found.includes(each)) ?? 'range';
  const name = Object.keys(constraints).find((key) => (codes[key] ?? 'range') === code);
  const passes = name === undefined ? undefined : tests[name]?.passes;
  const index = passes && Array.isArray(value) ? value.findIndex((item) => !passes(item)) : -1;
  return {
    path: index < 0 ? path : `${path}/${index}`,
    code,
    message: messageOf(name, constraints),
  };
}

/** In the same words as the schemas use; what the validator says of numbers and lengths is kept without its property names. */
function messageOf(name: string | undefined, constraints: Readonly<Record<string, string>>): string {
  const said = (name && constraints[name]) ?? '';
  const plain = name === undefined ? undefined : words[name];
  if (plain !== undefined) return plain;
  const list = /must be one of the following values: (.*)$/.exec(said)?.[1];
  if (list !== undefined) return `must be one of: ${list}`;
  return said.replace(/^.*?(?= must | should )/, '').trim() || 'is not right';
}

/**
 * What must not reach the validator: names that reach into JavaScript's own machinery are unknown fields like any other, and are looked for
 * before anything is copied; objects and lists far beyond any limit would keep it busy for a minute (it compares every field with every other).
 */
function hostileFields(value: unknown, path: string): FieldError[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value) && value.length > mostItems)
    return [{ path, code: 'range', message: `must have at most ${mostItems} items` }];
  const entries = Object.entries(value);
  if (!Array.isArray(value) && entries.length > mostFields)
    return [{ path, code: 'unknown-field', message: 'has more fields than are known' }];
  return entries.flatMap(([name, field]) => {
    const here = `${path}/${escapePointer(name)}`;
    return unsafe.has(name)
      ? [{ path: here, code: 'unknown-field' as const, message: 'is not a known field' }]
      : hostileFields(field, here);
  });
}
