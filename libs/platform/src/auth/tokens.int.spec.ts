import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ensureSigningKey, readSigningKey } from './signing-key.js';
import { issueToken, Tokens } from './tokens.js';

let dataDir: string;
let server: Server;
let issuer: string;
let signer: CryptoKey;
let asked = 0;

/** A real issuer: discovery document and key set over HTTP, away until `up`. */
const state = { up: false };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coxa-tokens-'));
  await ensureSigningKey(dataDir);
  const pair = await generateKeyPair('ES256');
  signer = pair.privateKey;
  const key = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' };
  server = createServer((request, response) => {
    asked++;
    if (!state.up) return response.writeHead(503).end();
    const body = request.url?.startsWith('/keys') ? { keys: [key] } : { issuer, jwks_uri: `${issuer}/keys` };
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(dataDir, { recursive: true });
});

const foreign = (claims: Record<string, unknown>, { audience = 'coxa-api', by = issuer } = {}) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(by)
    .setAudience(audience)
    .setSubject('dr-lee')
    .setExpirationTime('1h')
    .sign(signer);

describe('tokens of the local key', () => {
  test('given only the key file, a token says who it is for', async () => {
    const tokens = new Tokens(await readSigningKey(dataDir));
    const principal = async (request: Parameters<typeof issueToken>[1]) =>
      tokens.verify(await issueToken(dataDir, request));
    expect(await principal({ role: 'clinician', subject: 'dr-lee' })).toEqual({
      role: 'clinician',
      subject: 'dr-lee',
    });
    expect(await principal({ role: 'patient', subject: 'p-1' })).toMatchObject({ patientId: 'p-1' });
    expect(await principal({ role: 'device', subject: 'd-1', patientId: 'p-1' })).toMatchObject({
      deviceId: 'd-1',
      patientId: 'p-1',
    });
  });

  test('regression: the claims of a patient and of a device name whom they stand for', async () => {
    const claims = async (request: Parameters<typeof issueToken>[1]) =>
      decodeJwt(await issueToken(dataDir, request));
    expect(await claims({ role: 'patient', subject: 'p-1' })).toMatchObject({ sub: 'p-1', patientId: 'p-1' });
    expect(await claims({ role: 'device', subject: 'd-1' })).toMatchObject({ sub: 'd-1', deviceId: 'd-1' });
    expect(await claims({ role: 'clinician', subject: 'dr-lee' })).not.toHaveProperty('patientId');
  });

  test('the key is made once', async () => {
    const token = await issueToken(dataDir, { role: 'operator', subject: 'ops' });
    const again = new Tokens(await ensureSigningKey(dataDir));
    expect(await again.verify(token)).toMatchObject({ role: 'operator' });
  });

  test('a folder without key says so', async () => {
    await expect(issueToken(join(dataDir, 'none'), { role: 'operator', subject: 'x' })).rejects.toThrow(
      'ENOENT',
    );
  });
});

describe('tokens of an OpenID Connect issuer', () => {
  test('given the issuer is away, they are refused; once it is back, they are good', async () => {
    const tokens = new Tokens(await readSigningKey(dataDir), { issuer, audience: 'coxa-api' });
    const token = await foreign({ role: 'clinician' });
    expect(await tokens.verify(token)).toBeUndefined();
    state.up = true;
    expect(await tokens.verify(token)).toEqual({ role: 'clinician', subject: 'dr-lee' });
  });

  test('another audience, another issuer, no role of ours: refused, and strangers cause no traffic', async () => {
    const tokens = new Tokens(await readSigningKey(dataDir), { issuer, audience: 'coxa-api' });
    expect(await tokens.verify(await foreign({ role: 'clinician' }, { audience: 'shop' }))).toBeUndefined();
    expect(await tokens.verify(await foreign({ role: 'admin' }))).toBeUndefined();
    const before = asked;
    expect(
      await tokens.verify(await foreign({ role: 'clinician' }, { by: 'https://else.example' })),
    ).toBeUndefined();
    expect(await tokens.verify('a.b.c')).toBeUndefined();
    expect(asked).toBe(before);
  });

  test('without an issuer configured, only the local key counts', async () => {
    const tokens = new Tokens(await readSigningKey(dataDir));
    expect(await tokens.verify(await foreign({ role: 'operator' }))).toBeUndefined();
  });
});
