import { formatPosition, readingHeaderSchema } from '@coxa/contracts';
import { bytesOf, type DirectRoute, mediaTypeOf, ProblemException, readQuery } from '@coxa/platform';
import type { ReadingsGate } from './readings-gate.js';

const body = { schema: readingHeaderSchema as never };

/** `POST /v1/readings`: one batch a request. 202 is said once it is durable, never before. */
export const readingsRoute = (gate: ReadingsGate): DirectRoute => ({
  method: 'POST',
  path: '/v1/readings',
  roles: ['device'],
  status: 202,
  operation: {
    tags: ['ingest'],
    summary: 'Takes one batch of samples of one sensor',
    requestBody: { required: true, content: { 'application/json': body, 'application/cbor': body } },
    responses: {
      '202': {
        description:
          'Durable. `position` may be given to `after` of a query; `duplicate`: it was taken before.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['accepted', 'duplicate', 'position'],
              properties: {
                accepted: { type: 'boolean' },
                duplicate: { type: 'boolean' },
                position: { type: 'string' },
              },
            },
          },
        },
      },
    },
  },
  async handle(request, principal) {
    gate.admit(principal);
    readQuery(request.query, {});
    const type = mediaTypeOf(request);
    if (type !== 'application/json' && type !== 'application/cbor')
      throw new ProblemException('unsupported-type', {
        detail: 'Content-Type must be application/json or application/cbor.',
      });
    const batch = gate.read(principal, await bytesOf(request), type === 'application/cbor');
    const { duplicate, position } = await gate.take(principal, batch);
    const { topic, partition, offset } = position;
    return { accepted: true, duplicate, position: formatPosition({ in: 'log', topic, partition, offset }) };
  },
});
