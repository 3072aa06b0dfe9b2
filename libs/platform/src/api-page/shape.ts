import type { JsonSchema } from '../service/dto-schema.js';

/** The shape of an answer, as the API page shows it. */
export type Shape = JsonSchema;

type OptionalKey<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

export const text = (description?: string, example?: string): Shape => ({
  type: 'string',
  ...(description === undefined ? {} : { description }),
  ...(example === undefined ? {} : { example }),
});
export const number = (description: string, example?: number): Shape => ({
  type: 'number',
  description,
  ...(example === undefined ? {} : { example }),
});
export const whole = (description: string, example?: number): Shape => ({
  ...number(description, example),
  type: 'integer',
});
export const flag = (description?: string): Shape => ({
  type: 'boolean',
  ...(description === undefined ? {} : { description }),
});
export const instant = (description?: string): Shape => ({
  type: 'string',
  format: 'date-time',
  ...(description === undefined ? {} : { description }),
});
export const oneOf = (values: readonly string[], description?: string): Shape => ({
  type: 'string',
  enum: [...values],
  ...(description === undefined ? {} : { description }),
});
export const list = (items: Shape, description?: string): Shape => ({
  type: 'array',
  items,
  ...(description === undefined ? {} : { description }),
});
/** An object whose names are data. */
export const record = (description: string, values?: Shape): Shape => ({
  type: 'object',
  description,
  additionalProperties: values ?? true,
});
/** What may be null. An enum lists null as well: OpenAPI 3.0 wants it so. */
export const nullable = (shape: Shape): Shape => ({
  ...shape,
  nullable: true,
  ...(shape.enum ? { enum: [...shape.enum, null] } : {}),
});
/** An object with exactly these fields. Given the type of the answer, a field that is missing here, or not there, does not compile. */
export const shape = <T extends object = Record<string, unknown>>(
  fields: { readonly [K in keyof T]-?: Shape },
  optional: readonly (OptionalKey<T> | (string extends keyof T ? string : never))[] = [],
): Shape => {
  const names = optional as readonly unknown[];
  return {
    type: 'object',
    additionalProperties: false,
    properties: fields as Record<string, Shape>,
    required: Object.keys(fields).filter((name) => !names.includes(name)),
  };
};

export const position = text(
  'Give it to `?after=` of a read, which then shows what came of this',
  'WyJlIiw0Ml0',
);

/** A page of a list. */
export const pageOf = (items: Shape): Shape =>
  shape({
    items: list(items),
    next: nullable(text('Goes into `?cursor=` for the next page; null at the end')),
  });

/** An object with the fields of several. */
export const joined = (...shapes: readonly Shape[]): Shape => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.assign({}, ...shapes.map(({ properties }) => properties)) as Record<string, Shape>,
  required: shapes.flatMap(({ required = [] }) => required),
});
