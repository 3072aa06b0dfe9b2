import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Role } from '@coxa/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { rolesMark, type Words, wordsMark } from '../api-page/words.js';
import type { AccessGuard } from '../auth/access-guard.js';
import type { Principal } from '../auth/principal.js';
import type { Health } from '../service/health.js';
import type { Metrics } from '../service/metrics.js';
import type { Times } from '../service/request-times.js';
import { expanded, mediaTypeIn } from './body.js';
import { ProblemException } from './problem-exception.js';
import { readQuery } from './query.js';
import { type BodyRoom, ClientGone, discardRest, readBody, refuseLength } from './read-body.js';
import { maxUrlLength, notOpen, refuseWithoutHost } from './refusals.js';
import { problemAnswer } from './send-problem.js';

const json = 'application/json; charset=utf-8';

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
  readonly words: Words;
  /** Schema of the body, by media type. */
  readonly bodies: Readonly<Record<string, object>>;
  /** Before the body is read: may throw, to refuse a sender who is too fast. */
  admit(principal: Principal): void;
  /** Resolves to the JSON text of the answer. May throw whatever `problemOf` knows. */
  handle(request: DirectRequest): Promise<string>;
}

interface Deps {
  readonly guard: AccessGuard;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly room: BodyRoom;
}

/** Direct routes: the same access rules, limits, problem documents, metrics and place on the API page as everything else has. */
export class DirectRoutes {
  private readonly routes = new Map<string, DirectRoute>();
  /** Of the answer given last: the next is mostly of its kind. */
  private lately: Times | undefined;

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
      if (route) return void this.serve(route, request, response, deps);
      // Before Node itself, which throws away what comes for as long as it comes.
      response.once('prefinish', () => discardRest(request));
      for (const other of others) other.call(server, request, response);
    });
  }

  /** Adds the operations to a document that Nest made. */
  describe(document: OpenAPIObject): OpenAPIObject {
    const own: OpenAPIObject['paths'] = {};
    for (const { path, roles, status, words, bodies } of this.routes.values()) {
      const content = Object.entries(bodies).map(([type, schema]) => [type, { schema }] as const);
      const post = {
        [wordsMark]: words,
        [rolesMark]: [...roles],
        requestBody: { required: true, content: Object.fromEntries(content) },
        responses: { [status]: { description: '' } },
      };
      own[path] = { ...document.paths[path], post };
    }
    // First: what is sent comes before what is read of it.
    document.paths = { ...own, ...document.paths, ...own };
    return document;
  }

  private find(url: string): DirectRoute | undefined {
    const exact = this.routes.get(url);
    if (exact) return exact;
    const query = url.indexOf('?');
    return query < 0 ? undefined : this.routes.get(url.slice(0, query));
  }

  private async serve(
    route: DirectRoute,
    request: IncomingMessage,
    response: ServerResponse,
    deps: Deps,
  ): Promise<void> {
    const begun = performance.now();
    try {
      const text = await this.handle(route, request, deps);
      const headers = { 'content-type': json, 'content-length': Buffer.byteLength(text) };
      response.writeHead(route.status, headers).end(text);
    } catch (error) {
      if (error instanceof ClientGone) return;
      const { status, headers, text } = problemAnswer(error, `POST ${route.path}`);
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
      discardRest(request);
    }
    this.timesOf(route, response.statusCode, deps.metrics).add((performance.now() - begun) / 1000);
  }

  private timesOf(route: DirectRoute, status: number, metrics: Metrics): Times {
    if (this.lately?.labels.route !== route.path || this.lately.labels.status !== status)
      this.lately = metrics.requests.of('POST', route.path, status);
    return this.lately;
  }

  /** Whoever may not send, or not now, is told so before the body is read. */
  private async handle(
    route: DirectRoute,
    request: IncomingMessage,
    { guard, health, room }: Deps,
  ): Promise<string> {
    if (!health.open) throw notOpen();
    refuseWithoutHost(request);
    if (request.url !== route.path) refuseQuery(request.url!);
    const { headers } = request;
    const admitted = guard.admit(request, route.roles);
    const principal = admitted instanceof Promise ? await admitted : admitted;
    refuseLength(request);
    route.admit(principal);
    const raw = await readBody(request, room);
    const { 'content-encoding': encoding, 'content-type': type } = headers;
    const bytes = encoding === undefined ? raw : await expanded(raw, encoding);
    return route.handle({ principal, type: mediaTypeIn(type), bytes });
  }
}

function refuseQuery(url: string): void {
  if (url.length > maxUrlLength)
    throw new ProblemException('too-large', { status: 414, detail: 'The path is too long.' });
  readQuery(Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?') + 1))), {});
}
