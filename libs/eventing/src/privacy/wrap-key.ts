import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Wraps a patient's key by the master key (AES-256-GCM): nonce, bytes and tag. */
export function wrapKey(master: Uint8Array, key: Uint8Array): Uint8Array {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', master, nonce);
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** The key again. @throws Error when it was wrapped by another master key */
export function unwrapKey(master: Uint8Array, wrapped: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', master, wrapped.subarray(0, 12));
  decipher.setAuthTag(wrapped.subarray(-16));
  return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
}
