import fastify from 'fastify';
import { say } from './say.js';

/** The least a server can do: take the raw body, answer 202. */
const server = fastify({ bodyLimit: 8 * 1024 * 1024 });
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
server.post('/v1/readings', (_request, reply) => reply.code(202).send({ accepted: true }));
await server.listen({ port: 0, host: '127.0.0.1' });
say({ port: (server.server.address() as { port: number }).port, tokens: [] });
process.once('SIGTERM', () => process.exit(0));
