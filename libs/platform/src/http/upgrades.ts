import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ProblemException } from './problem-exception.js';

export const wantsWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/** Names with commas between, none twice. */
function areNames(list: string): boolean {
  const names = list.split(',').map((name) => name.trim());
  return names.every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)) && new Set(names).size === names.length;
}

/** What the library would refuse with a page of HTML. @throws ProblemException `upgrade-required` or `malformed` */
export function refuseBadHandshake({ method, headers }: IncomingMessage): void {
  const { 'sec-websocket-version': version, 'sec-websocket-key': key } = headers;
  const protocols = headers['sec-websocket-protocol'];
  if (version !== '13' && version !== '8')
    throw new ProblemException('upgrade-required', { detail: 'Sec-WebSocket-Version must be 13.' });
  if (method !== 'GET')
    throw new ProblemException('malformed', { detail: 'A WebSocket is opened with GET.' });
  if (!/^[+/0-9A-Za-z]{22}==$/.test(key ?? ''))
    throw new ProblemException('malformed', { detail: 'Sec-WebSocket-Key must be base64 of 16 bytes.' });
  if (protocols !== undefined && !areNames(protocols))
    throw new ProblemException('malformed', {
      detail: 'Sec-WebSocket-Protocol must hold names with commas between, none twice.',
    });
}

const aboutUpgrades = new Set(['upgrade', 'connection', 'http2-settings']);

/**
 * An offer to speak another protocol (`h2c`, which some clients make with every first request) is not taken up: the request is served as if
 * the offer had not been made. Node hands such a connection out once somebody listens for upgrades, so it is handed back, without the offer.
 */
export function servePlainly(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (!aboutUpgrades.has(rawHeaders[i]!.toLowerCase()))
      lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
