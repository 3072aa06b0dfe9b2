import type { Duplex } from 'node:stream';
import type { ProblemException } from './problem-exception.js';

/** How long a client that is told goodbye may take to read it. */
const lingerMs = 1_000;

/** Answers with a problem document on a connection that no framework looks after (no HTTP, or an upgrade that is refused), and ends it. */
export function answerRaw(socket: Duplex, { problem, retryAfterS }: ProblemException): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...(retryAfterS === undefined ? [] : [`retry-after: ${retryAfterS}`]),
    ...(problem.status === 426 ? ['upgrade: websocket', 'sec-websocket-version: 13'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
