import { problem } from '@coxa/contracts';
import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { logSafe } from '../service/log-safe.js';
import { problemOf } from './problem-of.js';
import type { RouteTable } from './route-table.js';

const logger = new Logger('http');

/** Answers a failure of a request as `application/problem+json`. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  routes: RouteTable,
): void {
  const found = problemOf(error);
  let document = found.problem;
  if (document.code === 'not-found' && request.routeOptions?.url === undefined) {
    const allowed = routes.methodsOf(request.url);
    if (allowed.length > 0) {
      void reply.header('allow', allowed.join(', '));
      document = problem('method-not-allowed', `Possible here: ${allowed.join(', ')}.`);
    }
  }
  if (document.status === 500)
    logger.error(
      `${request.method} ${request.routeOptions?.url ?? ''} failed: ${logSafe(found.cause ?? error)}`,
    );
  if (found.retryAfterS !== undefined) void reply.header('retry-after', String(found.retryAfterS));
  // Closing at once, as Fastify would, resets the connection under a client that is still sending: it would never read why.
  // Left open, the rest is read and thrown away, for as long as a request may take.
  if (document.status === 413) void reply.removeHeader('connection');
  if (document.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (document.status === 426) void reply.header('upgrade', 'websocket');
  void reply
    .status(document.status)
    .header('content-type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(document)));
}
