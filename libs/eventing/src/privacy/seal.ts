import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keyring } from '../ports/keyring.js';

const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts free text under the patient's key (AES-256-GCM); base64url of nonce, text and tag. @throws EngineError `key-erased` */
export async function seal(keyring: Keyring, patientId: string, text: string): Promise<string> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', await keyring.keyFor(patientId), nonce);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** The text again; undefined when the key was erased. */
export async function unseal(
  keyring: Keyring,
  patientId: string,
  sealed: string,
): Promise<string | undefined> {
  const key = await keyring.find(patientId);
  if (!key) return undefined;
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString(
    'utf8',
  );
}
