import { problem } from '@coxa/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, throwError } from 'rxjs';
import { RouteTable } from './route-table.js';
import { problemAnswer } from './send-problem.js';

/** Answers every failure of a request as `application/problem+json`; what a consumer throws goes to its loop as it is. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    // Nest would put a bare "Internal server error" in its place.
    if (host.getType() === 'rpc') return throwError(() => error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const found = problemAnswer(error, `${request.method} ${request.routeOptions?.url ?? ''}`);
    let { status, text } = found;
    if (found.problem.code === 'not-found' && request.routeOptions?.url === undefined) {
      const allowed = this.routes.methodsOf(request.url);
      if (allowed.length > 0) {
        void reply.header('allow', allowed.join(', '));
        const document = problem('method-not-allowed', `Possible here: ${allowed.join(', ')}.`);
        status = document.status;
        text = JSON.stringify(document);
      }
    }
    // Closing at once, as Fastify would, resets the connection under a client that is still sending: it would never read why.
    // Left open, the rest is read and thrown away, for as long as a request may take.
    if (status === 413) void reply.removeHeader('connection');
    void reply.status(status).headers(found.headers).send(Buffer.from(text));
  }
}
