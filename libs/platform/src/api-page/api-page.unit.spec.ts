import { describe, expect, test } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeApi } from '../service/describe-api.js';
import { pageOf, shape, text } from './shape.js';
import { rolesMark, type Words, wordsMark } from './words.js';

const now = Date.parse('2026-01-10T12:00:00Z');
const words: Words = {
  tag: 'patients',
  summary: 'Enrols somebody.',
  answer: pageOf(shape({ id: text(undefined, 'ana') })),
  examples: (ago) => ({ 'the least': { at: ago(2, '18:00') } }),
};
const documentWith = (more: object): OpenAPIObject =>
  ({
    openapi: '3.0.0',
    info: { title: 'x', version: '1' },
    paths: {
      '/v1/patients/{id}': {
        post: {
          [wordsMark]: words,
          parameters: [
            { in: 'path', name: 'id', required: true },
            { in: 'query', name: 'after', required: false },
          ],
          requestBody: { content: { 'application/json': { schema: {} } } },
          responses: { '201': { description: '' } },
          ...more,
        },
      },
    },
  }) as unknown as OpenAPIObject;
const post = (more: object) => describeApi(documentWith(more), now).paths['/v1/patients/{id}']!.post!;

describe('what the API page says of an operation', () => {
  test('given roles, then they are named, and a token is asked for', () => {
    const operation = post({ [rolesMark]: ['clinician', 'patient'] });
    expect(operation).toMatchObject({
      tags: ['patients'],
      summary: 'Enrols somebody.',
      description: 'Roles: clinician, patient.',
      security: [{ bearer: [] }],
      [rolesMark]: ['clinician', 'patient'],
    });
    expect(operation).not.toHaveProperty(wordsMark);
  });

  test('given an answer, then it is described under the status that the framework knows, and a refusal once for all', () => {
    expect(post({}).responses).toEqual({
      '201': { description: 'Done', content: { 'application/json': { schema: words.answer } } },
      default: { $ref: '#/components/responses/Problem' },
    });
  });

  test('given no content, then that is said', () => {
    const without = { ...words, status: 101, answer: null };
    expect(post({ [wordsMark]: without }).responses).toMatchObject({ '101': { description: 'No content' } });
    expect(post({ [wordsMark]: without }).responses).not.toHaveProperty('201');
  });

  test('given a present, then examples speak of the days before it', () => {
    expect(post({}).requestBody).toMatchObject({
      content: {
        'application/json': { examples: { 'the least': { value: { at: '2026-01-08T18:00:00Z' } } } },
      },
    });
  });

  test('given parameters, then each is described, by its place in the path or by its name in the query', () => {
    expect(post({}).parameters).toMatchObject([
      { name: 'id', description: 'Id of the patient', example: 'ana' },
      { name: 'after', description: expect.stringContaining('position') },
    ]);
  });

  test('given only some of the tags, then these alone are listed, with a sentence', () => {
    expect(describeApi(documentWith({}), now).tags).toEqual([
      { name: 'patients', description: expect.stringMatching(/\.$/) },
    ]);
  });
});
