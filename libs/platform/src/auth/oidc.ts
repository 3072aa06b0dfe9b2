import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';

export interface Oidc {
  readonly issuer: string;
  readonly audience: string;
}

const discoverWithinMs = 5_000;
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** Tokens of an OpenID Connect issuer: its keys are found by discovery, and again when it rotates them. */
export class OidcIssuer {
  private keys: Promise<KeySet> | undefined;

  constructor(private readonly oidc: Oidc) {}

  /** The claims of a valid token of this issuer, else undefined. Nothing is fetched for a token that does not even claim to be theirs. */
  async verify(token: string): Promise<JWTPayload | undefined> {
    if (claimedIssuer(token) !== this.oidc.issuer) return undefined;
    try {
      this.keys ??= this.discover();
      const { issuer, audience } = this.oidc;
      return (await jwtVerify(token, await this.keys, { issuer, audience, algorithms })).payload;
    } catch {
      return undefined;
    }
  }

  private async discover(): Promise<KeySet> {
    try {
      const address = `${this.oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const response = await fetch(address, { signal: AbortSignal.timeout(discoverWithinMs) });
      const { jwks_uri: keys } = (await response.json()) as { jwks_uri?: unknown };
      return createRemoteJWKSet(new URL(String(keys)));
    } catch (error) {
      // Asked again with the next token: the issuer may only have been away.
      this.keys = undefined;
      throw error;
    }
  }
}

function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
