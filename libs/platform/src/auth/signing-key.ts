import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineError } from '@coxa/eventing';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';

export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

const fileIn = (dataDir: string) => join(dataDir, 'keys', 'signing.jwk.json');

/** Reads the local Ed25519 key of a data folder. Rejects when there is none: it is made on the first start. */
export async function readSigningKey(dataDir: string): Promise<SigningKey> {
  const { d, ...open } = JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as JWK & { d?: string };
  const privateKey = (await importJWK({ ...open, d: d ?? '' }, 'EdDSA')) as CryptoKey;
  return { privateKey, publicKey: (await importJWK(open, 'EdDSA')) as CryptoKey };
}

/** Reads the key, or makes one that only its owner can read. */
export async function ensureSigningKey(dataDir: string): Promise<SigningKey> {
  const path = fileIn(dataDir);
  try {
    return await readSigningKey(dataDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new EngineError('corrupt', `${path} is not a signing key; restore it from a backup`, {
        cause: error,
      });
  }
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const key = JSON.stringify(await exportJWK(privateKey));
  await writeFile(path, key, { mode: 0o600, flag: 'wx', flush: true }).catch((error: unknown) => {
    // Another service of the same folder was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  return readSigningKey(dataDir);
}
