import { hash as digestOf } from 'node:crypto';

const namespace = Buffer.from('6f0b3d5e2c7a5b7e9d1f4a8c3e6b9d02', 'hex');

/** UUID version 5 (RFC 9562) of a name within Coxa's namespace. */
export function nameId(name: string): string {
  const hash = digestOf('sha1', Buffer.concat([namespace, Buffer.from(name, 'utf8')]), 'buffer');
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id of the `index`-th event that a message causes: the same message twice causes the same events. */
export const deriveId = (messageId: string, index: number): string => nameId(`${messageId}/${index}`);
