import { problem } from '@coxa/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, throwError } from 'rxjs';
import { logSafe } from '../service/log-safe.js';
import { problemOf } from './problem-of.js';
import { RouteTable } from './route-table.js';

/** Answers every failure of a request as `application/problem+json`; what a consumer throws goes to its loop as it is. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    // Nest would put a bare "Internal server error" in its place.
    if (host.getType() === 'rpc') return throwError(() => error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const found = problemOf(error);
    let document = found.problem;
    if (document.code === 'not-found' && request.routeOptions?.url === undefined) {
      const allowed = this.routes.methodsOf(request.url);
      if (allowed.length > 0) {
        void reply.header('allow', allowed.join(', '));
        document = problem('method-not-allowed', `Possible here: ${allowed.join(', ')}.`);
      }
    }
    if (document.status === 500)
      this.logger.error(
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
}
