import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a connection that has just answered may still be sent before it counts as idle. */
const graceMs = 500;

interface Connection {
  /** Requests being answered; undefined before the first, which upgraded ones never make. */
  inFlight: number | undefined;
}

/** The open connections of a server. Node keeps no list of upgraded ones, and a server does not close while one is left. */
export class Clients {
  private readonly sockets = new Map<Socket, Connection>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.set(socket, { inFlight: undefined });
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      const connection = this.sockets.get(socket);
      if (!connection) return;
      connection.inFlight = (connection.inFlight ?? 0) + 1;
      response.once('close', () => connection.inFlight!--);
    });
  }

  /**
   * Runs `close`, which waits for work in flight. Connections whose requests are all answered are dropped soon after
   * (Node keeps those whose last request was refused half-way); whoever is still there after `ms` is cut off.
   */
  async leaveWithin(ms: number, close: () => Promise<void>): Promise<void> {
    const dropIdle = setInterval(() => this.drop(({ inFlight }) => inFlight === 0), graceMs);
    const cutOff = setTimeout(() => this.drop(() => true), ms);
    await close().finally(() => {
      clearInterval(dropIdle);
      clearTimeout(cutOff);
    });
  }

  private drop(which: (connection: Connection) => boolean): void {
    for (const [socket, connection] of this.sockets) if (which(connection)) socket.destroy();
  }
}
