import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a connection that has just answered may still be sent before it counts as idle. */
const graceMs = 500;

/** The open connections of a server. Node keeps no list of upgraded ones, and a server does not close while one is left. */
export class Clients {
  private readonly sockets = new Set<Socket>();
  /** Requests being answered, by connection; upgraded ones never made any. */
  private readonly inFlight = new Map<Socket, number>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.delete(socket);
        this.inFlight.delete(socket);
      });
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.count(socket, 1);
      response.once('close', () => this.count(socket, -1));
    });
  }

  /**
   * Runs `close`, which waits for work in flight. Connections whose requests are all answered are dropped soon after
   * (Node keeps those whose last request was refused half-way); whoever is still there after `ms` is cut off.
   */
  async leaveWithin(ms: number, close: () => Promise<void>): Promise<void> {
    const dropIdle = setInterval(() => this.drop((socket) => this.inFlight.get(socket) === 0), graceMs);
    const cutOff = setTimeout(() => this.drop(() => true), ms);
    await close().finally(() => {
      clearInterval(dropIdle);
      clearTimeout(cutOff);
    });
  }

  private count(socket: Socket, change: 1 | -1): void {
    if (this.sockets.has(socket)) this.inFlight.set(socket, (this.inFlight.get(socket) ?? 0) + change);
  }

  private drop(which: (socket: Socket) => boolean): void {
    for (const socket of this.sockets) if (which(socket)) socket.destroy();
  }
}
