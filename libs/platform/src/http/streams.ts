import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Role } from '@coxa/contracts';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AccessGuard } from '../auth/access-guard.js';
import type { Principal } from '../auth/principal.js';
import type { Background } from '../service/background.js';
import type { Health } from '../service/health.js';
import { traceparentFrom } from '../trace/trace.js';
import { maxBodyBytes } from './body.js';
import { ProblemException } from './problem-exception.js';
import { problemOf } from './problem-of.js';
import { answerRaw } from './raw-answer.js';
import { refuseWithoutHost } from './refusals.js';
import { UnfinishedMessages } from './unfinished-messages.js';
import { refuseBadHandshake, servePlainly, wantsWebSocket } from './upgrades.js';

/** The one subprotocol; `bearer.<token>` beside it carries the token of clients that cannot set headers. */
export const subprotocol = 'coxa.v1';

const bearerPrefix = 'bearer.';
/** A token that has expired or was revoked ends its streams within this. */
const checkEveryMs = 2_000;
/** A client that has not answered the last ping by the next one is gone. */
const pingEveryMs = 30_000;

/** Parts of a message, each of which costs more than its bytes: 4 MiB in parts of 16 KiB. */
const maxFragments = 256;

export const closeCodes = { goingAway: 1001, unsupported: 1003, malformed: 1007, refused: 1008 } as const;

export interface OpenStream {
  readonly socket: WebSocket;
  /** What it goes over: corked, many messages go out at once. */
  readonly wire: Duplex;
}

/** A path that speaks WebSocket. */
export interface StreamRoute {
  readonly path: string;
  readonly roles: readonly Role[];
  open(stream: OpenStream, principal: Principal): void;
}

interface Open {
  readonly authorization: string;
  answered: boolean;
}

/** WebSocket upgrades: the same access rules as for requests, refusals as problem documents. */
export class Streams {
  private readonly routes = new Map<string, StreamRoute>();
  private readonly open = new Map<WebSocket, Open>();
  private readonly unfinished = new UnfinishedMessages();
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxBodyBytes,
    maxFragments,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });

  constructor(
    private readonly health: Health,
    private readonly background: Background,
  ) {}

  add(route: StreamRoute): void {
    this.routes.set(route.path, route);
  }

  attach(server: Server, guard: AccessGuard): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!wantsWebSocket(request)) return servePlainly(server, request, socket, head);
      socket.on('error', () => socket.destroy());
      this.upgrade(guard, request, socket, head).catch((error: unknown) =>
        answerRaw(socket, problemOf(error)),
      );
    });
    const checking = setInterval(() => this.checkTokens(guard), checkEveryMs);
    const pinging = setInterval(() => this.ping(), pingEveryMs);
    this.background.closing.addEventListener('abort', () => {
      clearInterval(checking);
      clearInterval(pinging);
      this.unfinished.close();
      for (const socket of this.open.keys()) socket.close(closeCodes.goingAway, 'the service stops');
    });
  }

  private async upgrade(
    guard: AccessGuard,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    refuseWithoutHost(request);
    const [pathname, search] = (request.url ?? '/').split(/(?=\?)/, 2);
    if (!this.health.open)
      throw new ProblemException('overloaded', {
        detail: 'The service is starting, or it is stopping.',
        retryAfterS: 1,
      });
    const route = this.routes.get(pathname!);
    if (!route) throw new ProblemException('not-found', { detail: 'There is no stream at this path.' });
    const authorization = authorizationOf(request);
    const principal = await guard.authenticate(authorization);
    if (!route.roles.includes(principal.role))
      throw new ProblemException('wrong-role', { detail: `Roles that may: ${route.roles.join(', ')}.` });
    if ((search ?? '?') !== '?')
      throw new ProblemException('malformed', { detail: 'No query is known here.' });
    refuseBadHandshake(request);
    const { traceparent } = request.headers;
    const trace = traceparentFrom(typeof traceparent === 'string' ? traceparent : undefined);
    this.sockets.handleUpgrade(request, socket, head, (stream) => {
      this.open.set(stream, { authorization: authorization!, answered: true });
      stream.on('pong', () => {
        const open = this.open.get(stream);
        if (open) open.answered = true;
      });
      stream.on('close', () => this.open.delete(stream));
      // A client's fault in the protocol is closed by the library, with the code of RFC 6455.
      stream.on('error', () => undefined);
      this.unfinished.watch(stream, socket as Socket, principal.subject);
      route.open({ socket: stream, wire: socket }, { ...principal, traceparent: trace });
    });
  }

  private checkTokens(guard: AccessGuard): void {
    for (const [socket, { authorization }] of this.open)
      guard
        .authenticate(authorization)
        .catch(() => socket.close(closeCodes.refused, 'the token has expired or was revoked'));
  }

  private ping(): void {
    for (const [socket, open] of this.open) {
      if (!open.answered) socket.terminate();
      open.answered = false;
      socket.ping();
    }
  }
}

/** The token from the header, or from the subprotocols; as a header either way. */
function authorizationOf({ headers }: IncomingMessage): string | undefined {
  if (headers.authorization !== undefined) return headers.authorization;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const bearer = offered.find((name) => name.startsWith(bearerPrefix));
  return bearer && `Bearer ${bearer.slice(bearerPrefix.length)}`;
}
