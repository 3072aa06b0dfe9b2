import { MalformedError } from './malformed.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const maxDepth = 32;

/**
 * Parses I-JSON (RFC 7493): UTF-8 without byte order mark, no name twice in an object, no lone surrogates, no noncharacters.
 * `__proto__` becomes an ordinary own field, so that validation sees it as unknown.
 * @throws MalformedError
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw new MalformedError('a byte order mark is not allowed');
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw new MalformedError('the text is not valid UTF-8', { cause });
  }
  const colons = countColons(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MalformedError('the text is not JSON', { cause });
  }
  // Plain ASCII without escapes cannot hold a code point that is forbidden.
  if ((text.length !== bytes.length || text.includes('\\u')) && hasForbiddenText(value))
    throw new MalformedError('a string has a lone surrogate or a noncharacter');
  // Each name is followed by a colon outside of strings: when more were written than arrived, one was written twice.
  if (colons !== countNames(value)) throw new MalformedError('an object has a name twice');
  return value;
}

/** Colons outside of strings; on the way a bomb of brackets is refused before the parser recurses into it. */
function countColons(bytes: Uint8Array): number {
  let depth = 0;
  let colons = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x22) {
      for (i++; i < bytes.length && bytes[i] !== 0x22; i++) if (bytes[i] === 0x5c) i++;
    } else if (byte === 0x3a) colons++;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) throw new MalformedError(`nested deeper than ${maxDepth}`);
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return colons;
}

function countNames(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  if (Array.isArray(value)) {
    if (
      typeof value[0] === 'number' &&
      typeof value.at(-1) === 'number' &&
      value.every((item) => typeof item !== 'object')
    )
      return 0;
    return value.reduce((sum: number, item) => sum + countNames(item), 0);
  }
  const fields = Object.values(value);
  return fields.reduce((sum: number, field) => sum + countNames(field), fields.length);
}

const forbidden = /[\p{Cs}\p{Noncharacter_Code_Point}]/u;

function hasForbiddenText(value: unknown): boolean {
  if (typeof value === 'string') return forbidden.test(value);
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(hasForbiddenText);
  return Object.entries(value).some(([name, field]) => forbidden.test(name) || hasForbiddenText(field));
}

/** Parses JSON of our own making, from the log or the store, without copying the bytes. @throws SyntaxError */
export const storedJson = (bytes: Uint8Array): unknown =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as unknown;
