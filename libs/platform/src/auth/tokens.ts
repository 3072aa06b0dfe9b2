import { randomUUID } from 'node:crypto';
import { roles, type Role } from '@coxa/contracts';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Oidc, OidcIssuer } from './oidc.js';
import type { Principal } from './principal.js';
import { readSigningKey, type SigningKey } from './signing-key.js';

const issuer = 'coxa';

export interface TokenRequest {
  readonly role: Role;
  readonly subject: string;
  /** Whom a patient's token stands for (default: the subject). */
  readonly patientId?: string;
  /** Which device a device's token speaks for (default: the subject). */
  readonly deviceId?: string;
  /** Seconds until it expires (default 12 hours). */
  readonly expiresInS?: number;
}

async function sign(
  key: SigningKey,
  { role, subject, expiresInS = 12 * 3600, ...whose }: TokenRequest,
): Promise<string> {
  const { patientId = role === 'patient' ? subject : undefined } = whose;
  const { deviceId = role === 'device' ? subject : undefined } = whose;
  const claims = { role, ...(patientId ? { patientId } : {}), ...(deviceId ? { deviceId } : {}) };
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + expiresInS)
    .sign(key.privateKey);
}

/** Signs a token with nothing but the key file of a data folder. */
export const issueToken = async (dataDir: string, request: TokenRequest): Promise<string> =>
  sign(await readSigningKey(dataDir), request);

/** Issues and checks tokens. Checked ones are remembered until they expire: a device that sends all day is checked once. */
export class Tokens {
  private readonly checked = new LRUCache<string, { principal: Principal; expires: number }>({ max: 10_000 });
  private readonly foreign: OidcIssuer | undefined;

  constructor(
    private readonly key: SigningKey,
    oidc?: Oidc,
  ) {
    this.foreign = oidc && new OidcIssuer(oidc);
  }

  issue(request: TokenRequest): Promise<string> {
    return sign(this.key, request);
  }

  /** The principal of a token that was checked before and has not expired since. */
  known(token: string): Principal | undefined {
    const known = this.checked.get(token);
    return known && known.expires > Date.now() ? known.principal : undefined;
  }

  /** The principal of a valid token, else undefined. Revocation is not asked here. */
  async verify(token: string): Promise<Principal | undefined> {
    if (this.checked.has(token)) return this.known(token);
    const payload = (await this.local(token)) ?? (await this.foreign?.verify(token));
    const principal = payload && principalOf(payload);
    if (!payload?.exp || !principal) return undefined;
    this.checked.set(token, { principal, expires: payload.exp * 1000 });
    return principal;
  }

  private local(token: string): Promise<JWTPayload | undefined> {
    return jwtVerify(token, this.key.publicKey, { issuer, algorithms: ['EdDSA'] }).then(
      ({ payload }) => payload,
      () => undefined,
    );
  }
}

function principalOf({ sub, role, patientId, deviceId }: JWTPayload): Principal | undefined {
  if (!sub || !roles.includes(role as Role)) return undefined;
  return {
    role: role as Role,
    subject: sub,
    ...(typeof patientId === 'string' ? { patientId } : role === 'patient' ? { patientId: sub } : {}),
    ...(typeof deviceId === 'string' ? { deviceId } : role === 'device' ? { deviceId: sub } : {}),
  };
}
