import * as contracts from '@coxa/contracts';
import { problem, problemStatus, type ProblemCode } from '@coxa/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { dtoSchema, isDto } from './dto-schema.js';

/** Mark that `@Public()` leaves on an operation. */
export const publicMark = 'x-coxa-public';

type Operation = OpenAPIObject['paths'][string]['get'] & { [publicMark]?: true };

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const problemRef = { $ref: '#/components/schemas/Problem' };

/** Adds to Nest's document what holds for every call (the token, the problem document as the answer to any failure) and what the bodies look like. */
export function describeApi(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths))
    for (const method of methods) {
      const operation = path[method] as Operation | undefined;
      if (!operation) continue;
      operation.security = operation[publicMark] ? [] : [{ bearer: [] }];
      delete operation[publicMark];
      operation.responses['default'] ??= {
        description: 'A problem document (RFC 9457)',
        content: { 'application/problem+json': { schema: problemRef } },
      };
    }
  document.components ??= {};
  const schemas = { ...document.components.schemas, Problem: problemSchema };
  document.components.schemas = { ...schemas, ...bodySchemas(Object.keys(schemas)) };
  return document;
}

/** Bodies of the contracts that the document mentions. */
function bodySchemas(mentioned: readonly string[]): Record<string, object> {
  const dtos = Object.values(contracts as Record<string, unknown>).filter(isDto);
  const known = dtos.filter(({ name }) => mentioned.includes(name));
  return Object.fromEntries(known.map((dto) => [dto.name, dtoSchema(dto)]));
}

const codes = Object.keys(problemStatus) as ProblemCode[];

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', example: problem('not-found').type },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: codes },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: {
          path: { type: 'string', description: 'JSON Pointer into the body, or ?name of a query parameter' },
          code: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
  },
};
