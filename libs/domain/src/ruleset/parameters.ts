import { alarmParameters } from './alarm-parameters.js';
import type { ParameterDefinition } from './definition.js';
import { outcomeParameters } from './outcome-parameters.js';
import { overloadParameters } from './overload-parameters.js';
import { phaseParameters } from './phase-parameters.js';
import { rotationParameters } from './rotation-parameters.js';
import { safetyParameters } from './safety-parameters.js';

/** Every number of the rules (protocol, sections 2, 4 and 6) with its default. */
export const parameterDefinitions = {
  ...safetyParameters,
  ...overloadParameters,
  ...rotationParameters,
  ...phaseParameters,
  ...outcomeParameters,
  ...alarmParameters,
} as const satisfies Record<string, ParameterDefinition>;

export type ParameterName = keyof typeof parameterDefinitions;
export type Parameters = Readonly<Record<ParameterName, number>>;

export const parameterNames = Object.keys(parameterDefinitions) as readonly ParameterName[];

export const isParameter = (name: string): name is ParameterName => Object.hasOwn(parameterDefinitions, name);

export const defaultParameters = Object.fromEntries(
  parameterNames.map((name) => [name, parameterDefinitions[name].value]),
) as Parameters;
