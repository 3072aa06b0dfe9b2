import { problem, type ProblemCode } from '@coxa/contracts';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import { Health } from '../service/health.js';
import { Metrics } from '../service/metrics.js';
import { maxBodyBytes } from './body.js';
import { RouteTable } from './route-table.js';

const headersTimeoutMs = 15_000;
const requestTimeoutMs = 60_000;
const maxUrlLength = 8_192;
/** Answered before anything has caught up. */
const alwaysOpen = /^\/(health|metrics|docs)/;

/** Fastify as Coxa runs it: raw bodies, hard limits, problem documents even for what is no HTTP. */
export function createFastifyAdapter(routes: RouteTable, health: Health, metrics: Metrics): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 1_000 },
    clientErrorHandler: answerClientError,
  } as never);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  fastify.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  fastify.addHook('onRequest', async (request, reply) => {
    const refusal =
      request.url.length > maxUrlLength
        ? refused('too-large', 414)
        : !health.open && !alwaysOpen.test(request.url)
          ? refused('overloaded', 503)
          : undefined;
    if (!refusal) return undefined;
    return reply
      .status(refusal.status)
      .header('retry-after', '1')
      .header('content-type', 'application/problem+json')
      .send(refusal.body);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    };
    metrics.requests.observe(labels, reply.elapsedTime / 1000);
  });
  return adapter;
}

function refused(code: ProblemCode, status: number) {
  const detail = code === 'overloaded' ? 'The service is starting: its views are catching up.' : undefined;
  return { status, body: JSON.stringify(problem(code, detail, undefined, status)) };
}

const clientErrors: Readonly<Record<string, readonly [ProblemCode, number]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['timeout', 408],
  HPE_HEADER_OVERFLOW: ['too-large', 431],
};

/** What never became a request: too slow, too large, or no HTTP at all. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const [code, status] = clientErrors[error.code ?? ''] ?? (['malformed', 400] as const);
  const { body } = refused(code, status);
  const head = `HTTP/1.1 ${status} ${code}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  socket.end(head + body);
}
