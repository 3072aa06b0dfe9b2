import { wholeUnits } from './definition.js';
import {
  defaultParameters,
  isParameter,
  parameterDefinitions,
  type ParameterName,
  parameterNames,
  type Parameters,
} from './parameters.js';

/** One fault of a ruleset: where (JSON Pointer) and what. */
export interface RulesetFault {
  readonly path: string;
  readonly message: string;
}

export type ParsedRuleset =
  | { readonly ok: true; readonly ruleset: { readonly version: string; readonly parameters: Parameters } }
  | { readonly ok: false; readonly faults: readonly RulesetFault[] };

const fields: ReadonlySet<string> = new Set(['version', 'extends', 'title', 'parameters']);
const parameterFields: ReadonlySet<string> = new Set(['value', 'unit', 'range', 'source', 'confidence']);
const confidences: ReadonlySet<unknown> = new Set(['high', 'medium', 'low']);

/** Version of the parameters that come with this library: what a file may extend. */
export const baseVersion = '1.0.0';

/**
 * Reads a ruleset from parsed JSON: `{ version, extends?, title?, parameters: { <name>: number | { value, unit?, range?, source?, confidence? } } }`.
 * A file that extends names only what it changes; one that does not names everything. All faults are told, each with its place.
 */
export function parseRuleset(document: unknown): ParsedRuleset {
  if (!isObject(document)) return { ok: false, faults: [{ path: '', message: 'must be an object' }] };
  const faults: RulesetFault[] = [];
  const fault = (path: string, message: string) => faults.push({ path, message });
  for (const name of Object.keys(document))
    if (!fields.has(name)) fault(`/${escape(name)}`, 'is not a known field');
  const { version, extends: base, title, parameters } = document;
  if (version === undefined) fault('/version', 'is required');
  else if (typeof version !== 'string' || !/^\d+\.\d+\.\d+$/.test(version))
    fault('/version', 'must be three numbers such as 1.1.0');
  else if (version === baseVersion) fault('/version', `must differ from the built-in ${baseVersion}`);
  if (base !== undefined && base !== baseVersion) fault('/extends', `must be ${baseVersion}`);
  if (title !== undefined && typeof title !== 'string') fault('/title', 'must be text');
  const values: Partial<Record<ParameterName, number>> = {};
  if (parameters === undefined) fault('/parameters', 'is required');
  else if (!isObject(parameters)) fault('/parameters', 'must be an object');
  else {
    for (const [name, given] of Object.entries(parameters)) {
      const path = `/parameters/${escape(name)}`;
      if (!isParameter(name)) fault(path, 'is not a parameter of the rules');
      else {
        const { value, found } = readParameter(name, given, path);
        faults.push(...found);
        if (value !== undefined) values[name] = value;
      }
    }
    if (base === undefined)
      for (const name of parameterNames)
        if (!Object.hasOwn(parameters, name))
          fault(`/parameters/${name}`, 'is required, as nothing is extended');
  }
  const whole: Parameters = { ...defaultParameters, ...values };
  for (const { name, message } of contradictions(whole)) {
    const path = `/parameters/${name}`;
    // A value that is wrong by itself is told once.
    if (!faults.some((each) => each.path.startsWith(path))) fault(path, message);
  }
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, ruleset: { version: version as string, parameters: whole } };
}

function readParameter(
  name: ParameterName,
  given: unknown,
  path: string,
): { readonly value?: number; readonly found: readonly RulesetFault[] } {
  if (!isObject(given)) return readValue(name, given, path);
  const found: RulesetFault[] = [];
  const { unit, range, source, confidence } = given;
  const known = parameterDefinitions[name];
  for (const field of Object.keys(given))
    if (!parameterFields.has(field))
      found.push({ path: `${path}/${escape(field)}`, message: 'is not a known field' });
  if (unit !== undefined && unit !== known.unit)
    found.push({ path: `${path}/unit`, message: `must be ${known.unit}: values are never converted` });
  if (source !== undefined && (typeof source !== 'string' || source.trim() === ''))
    found.push({ path: `${path}/source`, message: 'must be text' });
  if (confidence !== undefined && !confidences.has(confidence))
    found.push({ path: `${path}/confidence`, message: 'must be one of: high, medium, low' });
  if (range !== undefined && !isNarrower(range, known.range))
    found.push({
      path: `${path}/range`,
      message: `must be [least, most] within ${known.range[0]} and ${known.range[1]}`,
    });
  if (given['value'] === undefined)
    return { found: [...found, { path: `${path}/value`, message: 'is required' }] };
  const read = readValue(name, given['value'], `${path}/value`);
  const own = isNarrower(range, known.range) ? (range as readonly [number, number]) : known.range;
  if (read.value !== undefined && (read.value < own[0] || read.value > own[1]))
    return {
      found: [...found, { path: `${path}/value`, message: `must be between ${own[0]} and ${own[1]}` }],
    };
  return { ...read, found: [...found, ...read.found] };
}

function readValue(
  name: ParameterName,
  given: unknown,
  path: string,
): { readonly value?: number; readonly found: readonly RulesetFault[] } {
  const message = typeof given === 'number' ? faultOfValue(name, given) : 'must be a number';
  return message === null ? { value: given as number, found: [] } : { found: [{ path, message }] };
}

/** What is wrong with a value of a parameter; null when nothing is. Never corrected, only told. */
export function faultOfValue(name: ParameterName, value: number): string | null {
  const { unit, range } = parameterDefinitions[name];
  if (!Number.isFinite(value)) return 'must be a number';
  if (wholeUnits.has(unit) && !Number.isInteger(value)) return 'must be a whole number';
  return value < range[0] || value > range[1]
    ? `must be between ${range[0]} and ${range[1]} (${unit})`
    : null;
}

/** Pairs of which the first must not exceed the second. */
const ordered: readonly (readonly [ParameterName, ParameterName])[] = [
  ['painNoAdvance', 'painStop'],
  ['weeklyRiseHold', 'weeklyRiseRegress'],
  ['spikeMedium', 'spikeHigh'],
  ['spikeAgainAfterH', 'spikeAgainUntilH'],
  ['missingRemindDays', 'missingAlarmDays'],
  ['missingAlarmDays', 'missingRegressDays'],
  ['leastReps', 'startReps'],
  ['startReps', 'topReps'],
  ['topReps', 'lastReps'],
  ['loadStepShare', 'loadCapShare'],
  ['readingMinDeg', 'readingMaxDeg'],
  ['morningWithinH', 'lateWindowH'],
];

/** Values that are right alone and wrong together. */
export const contradictions = (
  parameters: Parameters,
): readonly { readonly name: ParameterName; readonly message: string }[] =>
  ordered.flatMap(([low, high]) =>
    parameters[low] > parameters[high]
      ? [{ name: low, message: `must not exceed ${high} (${parameters[high]})` }]
      : [],
  );

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNarrower = (range: unknown, [least, most]: readonly [number, number]): boolean =>
  Array.isArray(range) &&
  range.length === 2 &&
  range.every((each) => typeof each === 'number' && each >= least && each <= most) &&
  range[0] <= range[1];

/** A field's name as part of a JSON Pointer (RFC 6901). */
const escape = (name: string): string => name.replace(/~/g, '~0').replace(/\//g, '~1');
