import { formatPosition, readingHeaderSchema } from '@coxa/contracts';
import { type DirectRoute, ProblemException } from '@coxa/platform';
import type { ReadingsGate } from './readings-gate.js';

const body = { schema: readingHeaderSchema as never };

/** `POST /v1/readings`: one batch a request. 202 is said once it is durable, never before. */
export const readingsRoute = (gate: ReadingsGate): DirectRoute => ({
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
  admit: (principal) => gate.admit(principal),
  async handle({ principal, type, bytes }) {
    if (type !== 'application/json' && type !== 'application/cbor')
      throw new ProblemException('unsupported-type', {
        detail: 'Content-Type must be application/json or application/cbor.',
      });
    const batch = gate.read(principal, bytes, type === 'application/cbor');
    const { duplicate, position } = await gate.take(principal, batch);
    const { topic, partition, offset } = position;
    const told = formatPosition({ in: 'log', topic, partition, offset });
    return `{"accepted":true,"duplicate":${duplicate},"position":"${told}"}`;
  },
});
