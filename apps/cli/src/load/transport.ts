import { once } from 'node:events';
import { decodeCbor, encodeCbor } from '@coxa/contracts';
import { connectAsync } from 'mqtt';
import { WebSocket } from 'ws';
import type { Client } from '../client.js';
import { CommandFailed, WrongUse } from '../output.js';

export const transports = ['json', 'cbor', 'websocket', 'mqtt'] as const;
export type TransportName = (typeof transports)[number];

export interface LoadDevice {
  readonly deviceId: string;
  readonly token: string;
}

export type Batch = Readonly<Record<string, unknown>> & {
  readonly deviceId: string;
  readonly sequence: number;
  readonly channels: Readonly<Record<string, readonly number[]>>;
  readonly offsetsMs?: readonly number[];
};

/** A way to hand batches over; each resolves when it is acknowledged. */
export interface Transport {
  /** True when the batch was there already; a broker cannot say. */
  send(device: LoadDevice, batch: Batch): Promise<boolean>;
  close(): Promise<void>;
}

/** @throws CommandFailed when it cannot be opened */
export async function openTransport(
  name: TransportName,
  client: Client,
  devices: readonly LoadDevice[],
  mqtt: string | undefined,
): Promise<Transport> {
  switch (name) {
    case 'json':
      return {
        send: async ({ token }, batch) =>
          (await client.call<Taken>(token, 'POST', '/v1/readings', batch)).duplicate,
        close: async () => undefined,
      };
    case 'cbor':
      return {
        send: async ({ token }, batch) =>
          (await client.callCbor<Taken>(token, 'POST', '/v1/readings', typed(batch))).duplicate,
        close: async () => undefined,
      };
    case 'websocket':
      return streams(client, devices);
    case 'mqtt':
      return broker(brokerUrl(mqtt));
    default:
      return name satisfies never;
  }
}

/** As a device would write it: float32 columns, and float64 for the times. */
const typed = (batch: Batch): Uint8Array =>
  encodeCbor({
    ...batch,
    ...(batch.offsetsMs ? { offsetsMs: Float64Array.from(batch.offsetsMs) } : {}),
    channels: Object.fromEntries(
      Object.entries(batch.channels).map(([name, column]) => [name, Float32Array.from(column)]),
    ),
  });

interface Taken {
  readonly duplicate: boolean;
}

interface Answer {
  readonly t: 'credit' | 'ack' | 'nack';
  readonly duplicate?: boolean;
  readonly sequence?: number;
  readonly problem?: { readonly code: string };
}

/** A stream a device, its credit counted by answers. */
async function streams(client: Client, devices: readonly LoadDevice[]): Promise<Transport> {
  const open = new Map<string, DeviceStream>();
  const url = `${client.address.replace(/^http/, 'ws')}/v1/readings/stream`;
  for (const { deviceId, token } of devices) open.set(deviceId, await DeviceStream.open(url, token));
  return {
    send: ({ deviceId }, batch) => open.get(deviceId)!.send(batch.sequence, typed(batch)),
    close: async () => {
      for (const stream of open.values()) stream.close();
    },
  };
}

class DeviceStream {
  private credit = 0;
  private readonly queue: (() => void)[] = [];
  private readonly waiting = new Map<
    number,
    { resolve: (duplicate: boolean) => void; reject: (error: Error) => void }
  >();

  private constructor(private readonly socket: WebSocket) {
    let first = true;
    socket.on('message', (data: Buffer) => {
      const answer = decodeCbor(data) as Answer & { readonly n?: number };
      if (answer.t === 'credit') {
        // Later ones only repeat what the answers have given back.
        if (first) this.credit = answer.n ?? 0;
        first = false;
      } else {
        this.credit++;
        const sender = this.waiting.get(answer.sequence!);
        this.waiting.delete(answer.sequence!);
        if (answer.t === 'ack') sender?.resolve(answer.duplicate === true);
        else sender?.reject(new Error(answer.problem?.code));
      }
      this.pump();
    });
    socket.on('close', (code) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`the stream was closed with ${code}`));
    });
  }

  static async open(url: string, token: string): Promise<DeviceStream> {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    const stream = new DeviceStream(socket);
    await once(socket, 'open');
    return stream;
  }

  send(sequence: number, bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.set(sequence, { resolve, reject });
      this.queue.push(() => this.socket.send(bytes));
      this.pump();
    });
  }

  close(): void {
    this.socket.close();
  }

  private pump(): void {
    while (this.credit > 0 && this.queue.length > 0) {
      this.credit--;
      this.queue.shift()!();
    }
  }
}

/** The broker that is asked for. @throws WrongUse when none is */
export function brokerUrl(given: string | undefined): string {
  const url = given ?? process.env['COXA_MQTT_URL'];
  if (url === undefined || !URL.canParse(url))
    throw new WrongUse(
      `--transport mqtt needs the broker: --mqtt mqtt://localhost:1883, or COXA_MQTT_URL${url === undefined ? '' : `; ${url} is no address`}`,
    );
  return url;
}

/** Through a broker: its acknowledgement says that it has the batch, Coxa's own is between the two of them. */
async function broker(url: string): Promise<Transport> {
  const client = await connectAsync(url, { protocolVersion: 5, connectTimeout: 5_000 }).catch(
    (cause: unknown) => {
      throw new CommandFailed(`the broker at ${new URL(url).host} does not answer`, { cause });
    },
  );
  const prefix = process.env['COXA_PREFIX'] ?? 'coxa';
  return {
    send: async ({ deviceId }, batch) => {
      await client.publishAsync(`${prefix}/${deviceId}/readings`, Buffer.from(typed(batch)), { qos: 1 });
      return false;
    },
    close: () => client.endAsync(),
  };
}
