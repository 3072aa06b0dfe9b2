import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { escapePointer, type FieldError, MalformedError, maxFaults, parseJson } from '@coxa/contracts';
import type { FastifyRequest } from 'fastify';
import { invalid, ProblemException } from './problem-exception.js';

/** Largest body, as sent and expanded. */
export const maxBodyBytes = 4 * 1024 * 1024;

/** What to do about a body that is too large. */
export const tooLargeHint =
  'Send less at once: fewer entries, or a long recording in several files of a few minutes, each a session of its own.';

const expand = promisify(gunzip);

/** The media type that a `content-type` names, without parameters. */
export const mediaTypeIn = (contentType: string | undefined): string => {
  const parameters = contentType?.indexOf(';') ?? -1;
  return (parameters < 0 ? (contentType ?? '') : contentType!.slice(0, parameters)).trim().toLowerCase();
};

export const mediaTypeOf = (request: FastifyRequest): string => mediaTypeIn(request.headers['content-type']);

/** The body's bytes, expanded when they came as gzip. */
export async function bytesOf(request: FastifyRequest): Promise<Uint8Array> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const encoding = request.headers['content-encoding'];
  return encoding === undefined ? raw : expanded(raw, encoding);
}

/** Undoes a `content-encoding`; expanding stops at the limit. @throws ProblemException, MalformedError */
export async function expanded(raw: Uint8Array, contentEncoding: string): Promise<Uint8Array> {
  const encoding = contentEncoding.toLowerCase();
  if (encoding === 'identity') return raw;
  if (encoding !== 'gzip')
    throw new ProblemException('unsupported-type', { detail: 'Content-Encoding may be gzip or none.' });
  try {
    return await expand(raw, { maxOutputLength: maxBodyBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ProblemException('too-large', {
        detail: `The body is over 4 MiB when expanded. ${tooLargeHint}`,
      });
    throw new MalformedError('the body is not the gzip that Content-Encoding claims', { cause });
  }
}

/** The body of a call that takes none: nothing at all, or an empty object. @throws ProblemException `invalid` for anything in it */
export async function emptyBodyOf(request: FastifyRequest): Promise<void> {
  if ((await bytesOf(request)).length === 0) return;
  const body = await jsonOf(request);
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw invalid([{ path: '', code: 'type', message: 'must be an object' }]);
  const faults = Object.keys(body).map((name): FieldError => ({
    path: `/${escapePointer(name)}`,
    code: 'unknown-field',
    message: 'is not a known field',
  }));
  if (faults.length > 0) throw invalid(faults.slice(0, maxFaults));
}

/** The body as strict JSON. */
export async function jsonOf(request: FastifyRequest): Promise<unknown> {
  if (mediaTypeOf(request) !== 'application/json')
    throw new ProblemException('unsupported-type', { detail: 'Content-Type must be application/json.' });
  return parseJson(await bytesOf(request));
}
