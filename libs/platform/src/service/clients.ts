import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The open connections of a server. Node keeps no list of upgraded ones, and a server does not close while one is left. */
export class Clients {
  private readonly sockets = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Runs `close`, which waits for work in flight; clients that are still there after `ms` are cut off. */
  async leaveWithin(ms: number, close: () => Promise<void>): Promise<void> {
    const cutOff = setTimeout(() => this.sockets.forEach((socket) => socket.destroy()), ms);
    await close().finally(() => clearTimeout(cutOff));
  }
}
