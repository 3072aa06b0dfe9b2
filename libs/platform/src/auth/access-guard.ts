import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Role } from '@coxa/contracts';
import { Registry } from '@coxa/eventing';
import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { readQuery } from '../http/query.js';
import { ProblemException } from '../http/problem-exception.js';
import { breakGlassHeader, breakGlassReason } from './break-glass.js';
import { traceparentFrom } from '../trace/trace.js';
import { publicMark, rolesMark } from '../api-page/words.js';
import type { Principal } from './principal.js';
import { Tokens } from './tokens.js';

const publicKey = 'coxa:public';
const rolesKey = 'coxa:roles';
const bearer = 'Bearer ';

/** Open to everybody: health and the API page alone. */
export const Public = () => applyDecorators(SetMetadata(publicKey, true), ApiExtension(publicMark, true));

/** Roles that may use a call at all; whose data they may reach is asked where the data is known. */
export const Roles = (...roles: Role[]) =>
  applyDecorators(SetMetadata(rolesKey, roles), ApiExtension(rolesMark, roles));

/** Whether the call has a parameter `@Query()`; what it does with it is its own affair. */
function takesQuery(context: ExecutionContext): boolean {
  const { name } = context.getHandler();
  const found = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), name) as object | undefined;
  return Object.keys(found ?? {}).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}

type Authenticated = FastifyRequest & { principal?: Principal };

/** Who is asking. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>())!,
);

export const principalOf = (request: FastifyRequest): Principal | undefined =>
  (request as Authenticated).principal;

/** Nothing is open unless it says so: every call needs a token, and a role that the call names. */
@Injectable()
export class AccessGuard implements CanActivate {
  /** What was said last on each connection. */
  private readonly said = new WeakMap<object, { readonly authorization: string; readonly token: string }>();

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Tokens) private readonly tokens: Tokens,
    @Inject(Registry) private readonly registry: Registry,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(publicKey, places)) return true;
    const request = context.switchToHttp().getRequest<Authenticated>();
    const allowed = this.reflector.getAllAndOverride<Role[] | undefined>(rolesKey, places) ?? [];
    request.principal = await this.admit(request.raw, allowed);
    if (!takesQuery(context)) readQuery(request.query, {});
    return true;
  }

  /** Who makes a request that some roles may make; at once where the token is known. @throws ProblemException `unauthenticated` or `wrong-role` */
  admit(
    { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
    allowed: readonly Role[],
  ): Principal | Promise<Principal> {
    const known = this.known(headers.authorization, socket);
    if (known) return admitted(known, headers, allowed);
    return this.authenticate(headers.authorization).then((principal) =>
      admitted(principal, headers, allowed),
    );
  }

  /** @throws ProblemException `unauthenticated` */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    return this.known(authorization) ?? this.unlessRevoked(await this.verify(authorization));
  }

  /** What was accepted before needs no second look at its form. @throws ProblemException `unauthenticated` */
  private known(authorization: string | undefined, connection?: object): Principal | undefined {
    const token = authorization === undefined ? undefined : this.tokenOf(authorization, connection);
    const principal = token === undefined ? undefined : this.tokens.known(token);
    return principal && this.unlessRevoked(principal);
  }

  /** A connection mostly says the same each time: two texts are compared sooner than a new one is looked up, which has to be hashed. */
  private tokenOf(authorization: string, connection: object | undefined): string | undefined {
    const said = connection && this.said.get(connection);
    if (said?.authorization === authorization) return said.token;
    if (!authorization.startsWith(bearer)) return undefined;
    const token = authorization.slice(bearer.length);
    if (connection) this.said.set(connection, { authorization, token });
    return token;
  }

  private unlessRevoked(principal: Principal): Principal {
    if (principal.deviceId !== undefined && this.registry.device(principal.deviceId)?.revokedAt !== undefined)
      throw new ProblemException('unauthenticated', { detail: 'This device was revoked.' });
    return principal;
  }

  private async verify(authorization: string | undefined): Promise<Principal> {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];
    const principal = token === undefined ? undefined : await this.tokens.verify(token);
    if (principal) return principal;
    throw new ProblemException('unauthenticated', {
      detail:
        token === undefined
          ? 'Send a token as "Authorization: Bearer …".'
          : 'This token is not valid here, or no longer. Send a valid one as "Authorization: Bearer …"; coxa token prints one.',
    });
  }
}

function admitted(principal: Principal, headers: IncomingHttpHeaders, allowed: readonly Role[]): Principal {
  if (!allowed.includes(principal.role))
    throw new ProblemException('wrong-role', {
      detail: allowed.length > 0 ? `Roles that may: ${allowed.join(', ')}.` : 'No role may.',
    });
  const { role, subject, patientId, deviceId } = principal;
  const { traceparent: received } = headers;
  const traceparent = traceparentFrom(typeof received === 'string' ? received : undefined);
  const breakGlass = role === 'clinician' ? breakGlassReason(headers[breakGlassHeader]) : undefined;
  // Said one by one, all are of one shape. A copy that is given one field more changes its shape each time (see bench/README.md, ingest).
  return { role, subject, patientId, deviceId, breakGlass, traceparent };
}
