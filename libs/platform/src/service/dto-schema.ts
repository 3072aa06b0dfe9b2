import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';

/** The part of JSON Schema that the rules of a body can say. */
export interface JsonSchema {
  type?: string;
  format?: string;
  description?: string;
  example?: unknown;
  nullable?: boolean;
  anyOf?: readonly JsonSchema[];
  enum?: readonly unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: JsonSchema;
  required?: string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
}

export type DtoClass = new () => object;

const rules: Readonly<Record<string, (limit: unknown) => JsonSchema>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isBoolean: () => ({ type: 'boolean' }),
  isObject: () => ({ type: 'object' }),
  isArray: () => ({ type: 'array' }),
  isIn: (values) => ({ enum: values as readonly unknown[] }),
  min: (minimum) => ({ minimum: Number(minimum) }),
  max: (maximum) => ({ maximum: Number(maximum) }),
  minLength: (minLength) => ({ minLength: Number(minLength) }),
  maxLength: (maxLength) => ({ maxLength: Number(maxLength) }),
  arrayMinSize: (minItems) => ({ minItems: Number(minItems) }),
  arrayMaxSize: (maxItems) => ({ maxItems: Number(maxItems) }),
  matches: (pattern) => ({ type: 'string', pattern: (pattern as RegExp).source }),
  isInstant: () => ({ type: 'string', format: 'date-time' }),
  isZone: () => ({ type: 'string', description: 'IANA time zone' }),
};

const rulesOf = (type: DtoClass) => getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);

export const isDto = (value: unknown): value is DtoClass =>
  typeof value === 'function' && value.prototype !== undefined && rulesOf(value as DtoClass).length > 0;

/** The schema of a body, from the very rules that check it: what the document says is what is refused. */
export function dtoSchema(type: DtoClass): JsonSchema {
  const required: string[] = [];
  const properties: Record<string, JsonSchema> = {};
  for (const { name, type: kind, propertyName, each, constraints } of rulesOf(type)) {
    const property = (properties[propertyName] ??= {});
    if (name === 'isDefined') required.push(propertyName);
    const rule = name === undefined ? undefined : rules[name]?.((constraints as unknown[] | undefined)?.[0]);
    if (each && rule) property.items = { ...property.items, ...rule };
    else Object.assign(property, rule);
    const nested = kind === 'nestedValidation' ? nestedType(type, propertyName) : undefined;
    if (nested && each) property.items = dtoSchema(nested);
    else if (nested) Object.assign(property, dtoSchema(nested));
  }
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
  };
}

/** Which class a field holds, found by filling it: class-transformer keeps that to itself. */
function nestedType(type: DtoClass, property: string): DtoClass | undefined {
  const filled = plainToInstance(type, { [property]: [{}] }) as Record<string, readonly object[] | undefined>;
  const found = filled[property]?.[0]?.constructor;
  return found === undefined || found === Object ? undefined : (found as DtoClass);
}
