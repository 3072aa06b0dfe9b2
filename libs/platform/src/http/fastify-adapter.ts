import type { ProblemCode } from '@coxa/contracts';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Health } from '../service/health.js';
import { Metrics } from '../service/metrics.js';
import { maxBodyBytes } from './body.js';
import { ProblemException } from './problem-exception.js';
import { problemOf } from './problem-of.js';
import { type BodyRoom, readBody, refuseLength } from './read-body.js';
import { maxUrlLength, notOpen, refuseWithoutHost } from './refusals.js';
import { answerRaw } from './raw-answer.js';
import { RouteTable } from './route-table.js';

const headersTimeoutMs = 15_000;
const requestTimeoutMs = 60_000;
/** Answered before anything has caught up. */
const alwaysOpen = /^\/(health|metrics|docs)/;

/** How long a client may take; shorter only in tests. */
export interface WireLimits {
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

/** Fastify as Coxa runs it: raw bodies, hard limits, problem documents even for what is no HTTP. */
export function createFastifyAdapter(
  {
    routes,
    health,
    metrics,
    room,
  }: {
    readonly routes: RouteTable;
    readonly health: Health;
    readonly metrics: Metrics;
    readonly room: BodyRoom;
  },
  limits: WireLimits = {},
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    requestTimeout: limits.requestTimeoutMs ?? requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    // Said by us, as a problem document.
    return503OnClosing: false,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 512 },
    http: {
      headersTimeout: limits.headersTimeoutMs ?? headersTimeoutMs,
      connectionsCheckingInterval: 500,
      // Said by us, as a problem document.
      requireHostHeader: false,
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: unknown, _request: unknown, reply: FastifyReply) =>
      void answer(reply, problemOf(error)),
  } as never);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest) => {
    refuseLength(request.raw);
    return readBody(request.raw, room);
  });
  fastify.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Who asks first is not told to go on when the body would be refused anyway.
    if (!(Number(request.headers['content-length']) > maxBodyBytes)) response.writeContinue();
    fastify.server.emit('request', request, response);
  });
  fastify.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const detail = 'Of what an Expect header may ask for only 100-continue is known.';
    const { problem } = new ProblemException('malformed', { status: 417, detail });
    const text = JSON.stringify(problem);
    const headers = { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(417, { ...headers, connection: 'close' }).end(text);
  });
  fastify.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url.length > maxUrlLength)
      answer(reply, new ProblemException('too-large', { status: 414, detail: 'The path is too long.' }));
    else if (!health.open && !alwaysOpen.test(request.url)) answer(reply, notOpen());
    else {
      try {
        refuseWithoutHost(request.raw);
        done();
      } catch (error) {
        answer(reply, problemOf(error));
      }
    }
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    metrics.requests.of(method, routeOptions.url ?? 'none', reply.statusCode).add(reply.elapsedTime / 1000);
    done();
  });
  return adapter;
}

/** Sends a problem document past Nest, whose filters do not see what happens before a route is found. */
function answer(reply: FastifyReply, { problem, retryAfterS }: ProblemException): FastifyReply {
  if (retryAfterS !== undefined) void reply.header('retry-after', String(retryAfterS));
  return reply
    .status(problem.status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problem));
}

const clientErrors: Readonly<Record<string, readonly [ProblemCode, number]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['timeout', 408],
  HPE_HEADER_OVERFLOW: ['too-large', 431],
};

/** What never became a request: too slow, too large, or no HTTP at all. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, status] = clientErrors[error.code ?? ''] ?? (['malformed', 400] as const);
  answerRaw(socket, new ProblemException(code, { status }));
}
