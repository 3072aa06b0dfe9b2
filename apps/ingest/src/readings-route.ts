import { formatPosition, readingHeaderSchema } from '@coxa/contracts';
import { type DirectRoute, flag, position, ProblemException, shape } from '@coxa/platform';
import { readingExamples } from './readings-words.js';
import type { ReadingsGate } from './readings-gate.js';

/** `POST /v1/readings`: one batch a request. 202 is said once it is durable, never before. */
export const readingsRoute = (gate: ReadingsGate): DirectRoute => ({
  path: '/v1/readings',
  roles: ['device'],
  status: 202,
  words: {
    tag: 'readings',
    summary: 'Takes one batch of samples of one sensor, from the device itself.',
    more: 'Answered when durable. The same batch again is a duplicate; other content under the same key (deviceId, sessionId, sequence) is 409. As CBOR a column is a typed array (RFC 8746). In the example `deviceId` stands for the id that registering answered.',
    answer: shape({
      accepted: flag(),
      duplicate: flag('It was taken before'),
      position,
    }),
    examples: readingExamples,
  },
  bodies: { 'application/json': readingHeaderSchema, 'application/cbor': readingHeaderSchema },
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
