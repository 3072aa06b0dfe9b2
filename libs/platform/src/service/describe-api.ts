import * as contracts from '@coxa/contracts';
import { problem, problemStatus, type ProblemCode } from '@coxa/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeParameters } from '../api-page/parameters.js';
import { tags } from '../api-page/tags.js';
import {
  type Ago,
  type DescribedOperation,
  publicMark,
  rolesMark,
  type Words,
  wordsMark,
} from '../api-page/words.js';
import { dtoSchema, isDto } from './dto-schema.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & DescribedOperation;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

const operationsOf = (document: OpenAPIObject): { path: string; operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] ? [{ path, operation: item[method] as Operation }] : [])),
  );

/**
 * Adds to Nest's document what the operations say of themselves and what holds for every call: the token, the roles, the problem document as
 * the answer to any failure, and what the bodies look like. `now`, epoch ms: examples speak of the days before.
 */
export function describeApi(document: OpenAPIObject, now: number): OpenAPIObject {
  const ago = agoOf(now);
  const operations = operationsOf(document);
  for (const { path, operation } of operations) {
    operation.security = operation[publicMark] ? [] : [{ bearer: [] }];
    describeParameters(path, (operation.parameters ?? []) as never);
    if (operation[wordsMark]) describeOperation(operation, operation[wordsMark], ago);
    operation.responses['default'] ??= { $ref: '#/components/responses/Problem' };
    delete operation[publicMark];
    delete operation[wordsMark];
  }
  const used = new Set(operations.flatMap(({ operation }) => operation.tags ?? []));
  document.tags = tags.filter(({ name }) => used.has(name)).map((tag) => ({ ...tag }));
  document.components ??= {};
  const schemas = { ...document.components.schemas, Problem: problemSchema };
  document.components.schemas = { ...schemas, ...bodySchemas(Object.keys(schemas)) };
  document.components.responses = { ...document.components.responses, Problem: problemResponse };
  return document;
}

function describeOperation(operation: Operation, words: Words, ago: Ago): void {
  const { tag, summary, more, answer, status, examples } = words;
  const roles = operation[rolesMark];
  const who =
    operation.security?.length === 0 ? 'No token is needed.' : `Roles: ${roles?.join(', ') ?? 'none'}.`;
  operation.tags = [tag];
  operation.summary = summary;
  operation.description = [who, ...(more === undefined ? [] : [more])].join(' ');
  const known = Object.keys(operation.responses).find((code) => /^[12]/.test(code)) ?? '200';
  const { [known]: _before, ...others } = operation.responses;
  operation.responses = { ...others, [status ?? known]: responseOf(answer) };
  const bodies = Object.entries(examples?.(ago) ?? {});
  const body = operation.requestBody;
  if (!body || !('content' in body) || bodies.length === 0) return;
  const json = body.content['application/json'];
  if (json)
    json.examples = Object.fromEntries(bodies.map(([name, value]) => [name, { summary: name, value }]));
}

function responseOf(answer: Words['answer']): Operation['responses'][string] {
  if (answer === null) return { description: 'No content' };
  if ('mediaType' in answer)
    return {
      description: answer.says,
      content: { [answer.mediaType]: { schema: { type: 'string' } } },
    };
  return { description: 'Done', content: { 'application/json': { schema: answer as never } } };
}

const dayMs = 86_400_000;
const agoOf =
  (now: number): Ago =>
  (days, time) =>
    `${new Date(now - days * dayMs).toISOString().slice(0, 10)}T${time}:00Z`;

/** Bodies of the contracts that the document mentions. */
function bodySchemas(mentioned: readonly string[]): Record<string, object> {
  const dtos = Object.values(contracts as Record<string, unknown>).filter(isDto);
  const known = dtos.filter(({ name }) => mentioned.includes(name));
  return Object.fromEntries(known.map((dto) => [dto.name, dtoSchema(dto)]));
}

const codes = Object.keys(problemStatus) as ProblemCode[];

const problemResponse = {
  description: 'It was refused: a problem document (RFC 9457), whose `code` says why',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const problemSchema = {
  type: 'object',
  example: problem('invalid', 'One field is wrong.', [
    { path: '/pain/site', code: 'required', message: 'is required' },
  ]),
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: codes, description: 'Stable: what a program may go by' },
    detail: { type: 'string', description: 'One sentence for people' },
    errors: {
      type: 'array',
      description: 'Every fault of a body or a query, with its place',
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
