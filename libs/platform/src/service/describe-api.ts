import { problem, problemStatus, type ProblemCode } from '@coxa/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';

/** Mark that `@Public()` leaves on an operation. */
export const publicMark = 'x-coxa-public';

type Operation = OpenAPIObject['paths'][string]['get'] & { [publicMark]?: true };

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const problemRef = { $ref: '#/components/schemas/Problem' };

/** Adds to Nest's document what holds for every call: the token, and the problem document as the answer to any failure. */
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
  document.components.schemas = { ...document.components.schemas, Problem: problemSchema };
  return document;
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
