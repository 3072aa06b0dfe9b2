import type { Role } from '@coxa/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessGuard } from '../auth/access-guard.js';
import type { Principal } from '../auth/principal.js';
import type { RouteTable } from './route-table.js';
import { sendProblem } from './send-problem.js';

/** A route past Nest's pipeline of guards, pipes and interceptors, for where that pipeline costs more than the work. */
export interface DirectRoute {
  readonly method: 'POST';
  readonly path: string;
  readonly roles: readonly Role[];
  /** What success is answered with. */
  readonly status: number;
  /** For the API page. */
  readonly operation: NonNullable<OpenAPIObject['paths'][string]['post']>;
  /** Resolves to what is answered as JSON. May throw whatever `problemOf` knows. */
  handle(request: FastifyRequest, principal: Principal): Promise<object>;
}

/** Direct routes: the same access rules as for controllers, failures as problem documents, the same place on the API page. */
export class DirectRoutes {
  private readonly routes: DirectRoute[] = [];

  add(route: DirectRoute): void {
    this.routes.push(route);
  }

  attach(fastify: FastifyInstance, guard: AccessGuard, table: RouteTable): void {
    for (const { method, path, roles, status, handle } of this.routes)
      fastify.route({
        method,
        url: path,
        handler: (request, reply) => {
          guard
            .admit(request, roles)
            .then((principal) => handle(request, principal))
            .then(
              (answer) =>
                void reply
                  .code(status)
                  .header('content-type', 'application/json; charset=utf-8')
                  .send(JSON.stringify(answer)),
              (error: unknown) => sendProblem(error, request, reply, table),
            );
          return reply;
        },
      });
  }

  /** Adds the operations to a document that Nest made. */
  describe(document: OpenAPIObject): OpenAPIObject {
    for (const { path, operation } of this.routes)
      document.paths[path] = { ...document.paths[path], post: operation };
    return document;
  }
}
