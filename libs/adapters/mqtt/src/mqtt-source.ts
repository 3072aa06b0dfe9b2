import { connect, type IClientOptions, type MqttClient } from 'mqtt';

export interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface MqttSourceOptions {
  /** `mqtt://user:password@host:1883` */
  readonly url: string;
  /** Names this instance at the broker, the same after a restart: what arrives meanwhile waits there. */
  readonly clientId: string;
  /** Topic filters, subscribed with QoS 1. */
  readonly filters: readonly string[];
  /** Instances of one group share the messages. */
  readonly group: string;
  /** The library handles one message of a connection at a time; so many connections work side by side (default 4). */
  readonly connections?: number;
  /** The message is acknowledged when this resolves, and comes again after a reconnect when it rejects or never does. */
  readonly handle: (message: MqttMessage) => Promise<void>;
  /** Hears when the broker is gone and when it is back. */
  readonly onState?: (connected: boolean, why: string) => void;
}

/** How long the broker keeps messages for an instance that is away: a week. */
const sessionExpiryS = 7 * 86_400;
const reconnectMs = 1_000;
const maxPacketBytes = 4 * 1024 * 1024 + 1_024;

/** A source of messages at an MQTT broker: QoS 1, acknowledged only when handled, reconnecting for ever. */
export class MqttSource {
  private readonly clients: MqttClient[];
  private readonly handling = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly options: MqttSourceOptions) {
    const { connections = 4 } = options;
    this.clients = Array.from({ length: connections }, (_, index) => this.open(index));
  }

  get connected(): boolean {
    return this.clients.every((client) => client.connected);
  }

  /** Tells a device something, if it listens; nobody waits for it. */
  tell(topic: string, payload: string): void {
    this.clients[0]!.publish(topic, payload, { qos: 0 });
  }

  /** Takes no more and waits for what is in hand; what was not acknowledged stays with the broker. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.handling);
    await Promise.all(this.clients.map((client) => client.endAsync()));
  }

  private open(index: number): MqttClient {
    const { url, clientId, filters, group, onState } = this.options;
    const settings: IClientOptions = {
      clientId: `${clientId}-${index}`,
      protocolVersion: 5,
      clean: false,
      resubscribe: false,
      reconnectPeriod: reconnectMs,
      properties: {
        sessionExpiryInterval: sessionExpiryS,
        receiveMaximum: 64,
        maximumPacketSize: maxPacketBytes,
      },
    };
    const client = connect(url, settings);
    client.handleMessage = ({ topic, payload }, done) => {
      // No acknowledgement any more, and nothing taken: it comes again.
      if (this.closed) return;
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      const work = this.options.handle({ topic, payload: bytes }).then(
        () => done(),
        // Not acknowledged: with a new connection the broker sends it again.
        () => void client.stream.destroy(),
      );
      this.handling.add(work);
      void work.finally(() => this.handling.delete(work));
    };
    client.on('connect', () => {
      onState?.(true, 'connected');
      client.subscribe(
        filters.map((filter) => `$share/${group}/${filter}`),
        { qos: 1 },
        (error) => {
          if (error) onState?.(false, `the broker refuses the subscription: ${error.message}`);
        },
      );
    });
    client.on('close', () => {
      if (!this.closed) onState?.(false, 'the connection is gone; it is tried again each second');
    });
    client.on('error', (error) => onState?.(false, error.message));
    return client;
  }
}
