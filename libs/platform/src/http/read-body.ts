import type { IncomingMessage } from 'node:http';
import { maxBodyBytes, tooLargeHint } from './body.js';
import { ProblemException } from './problem-exception.js';

/** Bytes of bodies that are not all there yet. Whoever sends half of many bodies must not fill the memory. */
const roomBytes = 16 * maxBodyBytes;

/** What the bodies that are being received take up together, bounded. */
export class BodyRoom {
  private taken = 0;

  constructor(private readonly limit = roomBytes) {}

  /** @throws ProblemException `overloaded` */
  take(bytes: number): void {
    if (this.taken + bytes > this.limit)
      throw new ProblemException('overloaded', {
        detail: 'Too much is being sent at once; nothing was taken.',
        retryAfterS: 1,
      });
    this.taken += bytes;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}

/** The client went away in the middle of its body: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

const tooLarge = () =>
  new ProblemException('too-large', { detail: `The body is over 4 MiB. ${tooLargeHint}` });

/** @throws ProblemException `too-large`, before the body is read */
export function refuseLength({ headers }: IncomingMessage): void {
  if (Number(headers['content-length']) > maxBodyBytes) throw tooLarge();
}

/** Of what a refused client goes on sending so much is thrown away: a body that is a little too long has come to its end by then. */
const mostDiscarded = 4 * maxBodyBytes;

/** The rest of a body that was refused: who is still sending can read why, who sends without end is cut off. */
export function discardRest(request: IncomingMessage): void {
  if (request.complete) return;
  let left = mostDiscarded;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
}

/** The whole body. @throws ProblemException `too-large` or `overloaded` (the rest is read and thrown away), ClientGone */
export function readBody(request: IncomingMessage, room: BodyRoom): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length']);
    const chunks: Buffer[] = [];
    let size = 0;
    let held = 0;
    const end = () => {
      room.give(held);
      held = 0;
    };
    const refuse = (error: unknown) => {
      end();
      chunks.length = 0;
      request.removeAllListeners('data').resume();
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBodyBytes) return refuse(tooLarge());
      // What comes in one piece, as most does, need not wait for more.
      if (size === declared) return;
      try {
        room.take(chunk.length);
        held += chunk.length;
      } catch (error) {
        refuse(error);
      }
    });
    request.on('end', () => {
      end();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.on('error', (cause) => {
      end();
      reject(new ClientGone('the client went away', { cause }));
    });
  });
}
