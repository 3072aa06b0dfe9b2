import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Role } from '@coxa/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { AccessGuard } from '../auth/access-guard.js';
import type { Principal } from '../auth/principal.js';
import type { Health } from '../service/health.js';
import type { Metrics } from '../service/metrics.js';
import { expanded, maxBodyBytes, mediaTypeIn } from './body.js';
import { ProblemException } from './problem-exception.js';
import { readQuery } from './query.js';
import { maxUrlLength, notOpen, refuseWithoutHost } from './refusals.js';
import { problemAnswer } from './send-problem.js';

export interface DirectRequest {
  readonly principal: Principal;
  /** Media type of the body, without parameters. */
  readonly type: string;
  /** The body, expanded. */
  readonly bytes: Uint8Array;
}

/** A POST past Fastify and Nest, for the paths where they cost more than the work. */
export interface DirectRoute {
  readonly path: string;
  readonly roles: readonly Role[];
  /** What success is answered with. */
  readonly status: number;
  /** For the API page. */
  readonly operation: NonNullable<OpenAPIObject['paths'][string]['post']>;
  /** Before the body is expanded: may throw, to refuse a sender who is too fast. */
  admit(principal: Principal): void;
  /** Resolves to the JSON text of the answer. May throw whatever `problemOf` knows. */
  handle(request: DirectRequest): Promise<string>;
}

interface Deps {
  readonly guard: AccessGuard;
  readonly health: Health;
  readonly metrics: Metrics;
}

/** Direct routes: the same access rules, limits, problem documents, metrics and place on the API page as everything else has. */
export class DirectRoutes {
  private readonly routes = new Map<string, DirectRoute>();

  add(route: DirectRoute): void {
    this.routes.set(route.path, route);
  }

  paths(): IterableIterator<string> {
    return this.routes.keys();
  }

  /** Puts itself in front of what answers the server's requests now. */
  attach(server: Server, deps: Deps): void {
    const others = server.listeners('request') as ((
      request: IncomingMessage,
      response: ServerResponse,
    ) => void)[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const route = request.method === 'POST' ? this.find(request.url!) : undefined;
      if (route) this.serve(route, request, response, deps);
      else for (const other of others) other.call(server, request, response);
    });
  }

  /** Adds the operations to a document that Nest made. */
  describe(document: OpenAPIObject): OpenAPIObject {
    for (const { path, operation } of this.routes.values())
      document.paths[path] = { ...document.paths[path], post: operation };
    return document;
  }

  private find(url: string): DirectRoute | undefined {
    const exact = this.routes.get(url);
    if (exact) return exact;
    const query = url.indexOf('?');
    return query < 0 ? undefined : this.routes.get(url.slice(0, query));
  }

  private serve(
    route: DirectRoute,
    request: IncomingMessage,
    response: ServerResponse,
    { guard, health, metrics }: Deps,
  ): void {
    const begun = performance.now();
    bodyOf(request)
      .then(async (raw) => {
        if (!health.open) throw notOpen();
        refuseWithoutHost(request);
        if (request.url !== route.path) refuseQuery(request.url!);
        const principal = await guard.admit(request.headers, route.roles);
        route.admit(principal);
        const { 'content-encoding': encoding, 'content-type': type } = request.headers;
        const bytes = encoding === undefined ? raw : await expanded(raw, encoding);
        return route.handle({ principal, type: mediaTypeIn(type), bytes });
      })
      .then(
        (text) => answer(response, route.status, { 'content-type': 'application/json; charset=utf-8' }, text),
        (error: unknown) => {
          const { status, headers, text } = problemAnswer(error, `POST ${route.path}`);
          answer(response, status, headers, text);
        },
      )
      .finally(() => {
        const labels = { method: 'POST', route: route.path, status: String(response.statusCode) };
        metrics.requests.observe(labels, (performance.now() - begun) / 1000);
      });
  }
}

function answer(response: ServerResponse, status: number, headers: Record<string, string>, text: string) {
  // A body that was refused half-way is read and thrown away meanwhile: who is still sending can read why.
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** The whole body. @throws ProblemException `too-large` */
function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => {
      request.removeAllListeners('data').resume();
      reject(new ProblemException('too-large', { detail: 'The body is over 4 MiB.' }));
    };
    if (Number(request.headers['content-length']) > maxBodyBytes) return tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBodyBytes) tooLarge();
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function refuseQuery(url: string): void {
  if (url.length > maxUrlLength)
    throw new ProblemException('too-large', { status: 414, detail: 'The path is too long.' });
  readQuery(Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?') + 1))), {});
}
