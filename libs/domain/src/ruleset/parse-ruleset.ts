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

const confidences: ReadonlySet<unknown> = new Set(['high', 'medium', 'low']);

/** Version of the parameters that come with this library: what a file may extend. */
export const baseVersion = '1.0.0';

/**
 * Reads a ruleset from parsed JSON: `{ version, extends?, title?, parameters: { <name>: number | { value, unit?, range?, source?, confidence? } } }`.
 * A file that extends names only what it changes; one that does not names everything. All faults are told, each with its place.
 */
export function parseRuleset(document: unknown): ParsedRuleset {
  if (!isObject(document)) return { ok: false, faults: [{ path: '', message: 'must be an object' }] };
  const { values, faults: found } = readParameters(document['parameters'], document['extends'] !== undefined);
  const whole: Parameters = { ...defaultParameters, ...values };
  const alone = [...faultsOf(document, '', documentChecks), ...found];
  // A value that is wrong by itself is told once.
  const together = contradictions(whole).filter(
    ({ name }) => !alone.some(({ path }) => `${path}/`.startsWith(`/parameters/${name}/`)),
  );
  const faults = [
    ...alone,
    ...together.map(({ name, message }) => ({ path: `/parameters/${name}`, message })),
  ];
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, ruleset: { version: document['version'] as string, parameters: whole } };
}

/** What is wrong with a field; null when nothing is. An absent field comes as undefined. */
type Check = (value: unknown) => string | null;

/** Faults of the fields of an object, and every field that has no check. */
function faultsOf(
  object: Readonly<Record<string, unknown>>,
  above: string,
  checks: Readonly<Record<string, Check>>,
): RulesetFault[] {
  const unknown = Object.keys(object)
    .filter((name) => !Object.hasOwn(checks, name))
    .map((name) => ({ path: `${above}/${escape(name)}`, message: 'is not a known field' }));
  const wrong = Object.entries(checks).flatMap(([name, check]) => {
    const message = check(object[name]);
    return message === null ? [] : [{ path: `${above}/${name}`, message }];
  });
  return [...unknown, ...wrong];
}

const fine: Check = () => null;
const optional =
  (passes: (value: unknown) => boolean, message: string): Check =>
  (value) =>
    value === undefined || passes(value) ? null : message;
const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

const documentChecks: Readonly<Record<string, Check>> = {
  version: (value) => {
    if (value === undefined) return 'is required';
    if (typeof value !== 'string' || !/^\d+\.\d+\.\d+$/.test(value))
      return 'must be three numbers such as 1.1.0';
    return value === baseVersion ? `must differ from the built-in ${baseVersion}` : null;
  },
  extends: optional((value) => value === baseVersion, `must be ${baseVersion}`),
  title: optional(isText, 'must be text'),
  parameters: fine,
};

interface Read {
  readonly values: Partial<Record<ParameterName, number>>;
  readonly faults: readonly RulesetFault[];
}

function readParameters(given: unknown, extending: boolean): Read {
  const path = '/parameters';
  if (given === undefined) return { values: {}, faults: [{ path, message: 'is required' }] };
  if (!isObject(given)) return { values: {}, faults: [{ path, message: 'must be an object' }] };
  const values: Partial<Record<ParameterName, number>> = {};
  const faults = Object.entries(given).flatMap(([name, parameter]): readonly RulesetFault[] => {
    const here = `${path}/${escape(name)}`;
    if (!isParameter(name)) return [{ path: here, message: 'is not a parameter of the rules' }];
    const found = isObject(parameter)
      ? faultsOf(parameter, here, parameterChecks(name, parameter))
      : faultsOf({ value: parameter }, here, parameterChecks(name, {})).map((each) => ({
          ...each,
          path: here,
        }));
    if (found.length === 0) values[name] = (isObject(parameter) ? parameter['value'] : parameter) as number;
    return found;
  });
  const missing = parameterNames
    .filter((name) => !extending && !Object.hasOwn(given, name))
    .map((name) => ({ path: `${path}/${name}`, message: 'is required, as nothing is extended' }));
  return { values, faults: [...faults, ...missing] };
}

function parameterChecks(
  name: ParameterName,
  { range }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Check>> {
  const known = parameterDefinitions[name];
  const [least, most] = isNarrower(range, known.range) ? range : known.range;
  return {
    value: (value) => {
      if (value === undefined) return 'is required';
      if (typeof value !== 'number') return 'must be a number';
      const fault = faultOfValue(name, value);
      if (fault !== null) return fault;
      return value < least || value > most ? `must be between ${least} and ${most}` : null;
    },
    unit: optional((value) => value === known.unit, `must be ${known.unit}: values are never converted`),
    range: optional(
      (value) => isNarrower(value, known.range),
      `must be [least, most] within ${known.range[0]} and ${known.range[1]}`,
    ),
    source: optional(isText, 'must be text'),
    confidence: optional((value) => confidences.has(value), 'must be one of: high, medium, low'),
  };
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
  ['functionSmallChange', 'functionMediumChange'],
  ['functionMediumChange', 'functionLargeChange'],
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

const isNarrower = (
  range: unknown,
  [least, most]: readonly [number, number],
): range is readonly [number, number] =>
  Array.isArray(range) &&
  range.length === 2 &&
  range.every((each) => typeof each === 'number' && each >= least && each <= most) &&
  range[0] <= range[1];

/** A field's name as part of a JSON Pointer (RFC 6901). */
const escape = (name: string): string => name.replace(/~/g, '~0').replace(/\//g, '~1');
