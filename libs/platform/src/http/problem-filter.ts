import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, throwError } from 'rxjs';
import { RouteTable } from './route-table.js';
import { sendProblem } from './send-problem.js';

/** Answers every failure of a request as `application/problem+json`; what a consumer throws goes to its loop as it is. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    // Nest would put a bare "Internal server error" in its place.
    if (host.getType() === 'rpc') return throwError(() => error);
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.routes);
  }
}
