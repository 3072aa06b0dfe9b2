import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket, connect } from 'node:net';

/** Stands between a client and a server on this machine and does to the connection what networks do. */
export class TcpProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private silent = false;
  private refusing = false;
  private dropAnswerTo: Buffer | undefined;

  private constructor(
    private readonly server: Server,
    private target: { readonly host: string; readonly port: number },
  ) {}

  static async to(port: number, host = '127.0.0.1'): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, { host, port });
    server.on('connection', (client) => proxy.join(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** New connections go to this port from now on. */
  aimAt(port: number): void {
    this.target = { ...this.target, port };
  }

  /** Packets vanish both ways; the connections stay open, as when a cable is pulled. */
  pullCable(): void {
    this.silent = true;
  }

  /** What was open while the cable was out is reset; new connections pass. */
  plugIn(): void {
    this.silent = false;
    this.reset();
  }

  /** Resets every connection now. */
  reset(): void {
    for (const [client, server] of this.pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Refuses new connections, or takes them again. */
  refuse(refusing: boolean): void {
    this.refusing = refusing;
    if (refusing) this.reset();
  }

  /** The next time the client sends `text` the server gets it, but its answer never comes back: the connection is reset instead. */
  dropAnswer(text: string): void {
    this.dropAnswerTo = Buffer.from(text);
  }

  async close(): Promise<void> {
    this.server.close();
    this.reset();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.refusing) return void client.resetAndDestroy();
    const server = connect(this.target);
    client.setNoDelay(true);
    server.setNoDelay(true);
    const pair = [client, server] as const;
    this.pairs.add(pair);
    let answersDropped = false;
    client.on('data', (chunk: Buffer) => {
      if (this.silent) return;
      if (this.dropAnswerTo && chunk.includes(this.dropAnswerTo)) {
        this.dropAnswerTo = undefined;
        answersDropped = true;
      }
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (this.silent) return;
      if (!answersDropped) return void client.write(chunk);
      client.resetAndDestroy();
      server.destroy();
    });
    for (const [one, other] of [pair, [server, client] as const]) {
      one.on('error', () => undefined);
      one.on('close', () => {
        // A pulled cable tells nobody that the other side has gone: that one is reset when the cable is back.
        if (!this.silent) other.destroy();
        if (other.closed) this.pairs.delete(pair);
      });
    }
  }
}
