import { encodeCbor } from '@coxa/contracts';

const channelNames = ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'] as const;
/** Where every sequence begins, so that its digits never change in number. */
const firstSequence = 100_000_000;

export type Encoding = 'json' | 'cbor' | 'samples';

/** Bodies that differ in their sequence alone, made by overwriting it: the load must cost less than what it loads. */
export class Payload {
  readonly bytes: Buffer;
  private readonly at: number;
  private next = firstSequence;

  constructor(
    deviceId: string,
    sessionId: string,
    samples: number,
    private readonly encoding: Encoding,
  ) {
    const columns = Object.fromEntries(
      channelNames.map((name, c) => [
        name,
        // Four decimals, as a sensor's driver would print them.
        Array.from({ length: samples }, (_, i) => Math.round(1e4 * 9 * Math.sin(i / 9 + c)) / 1e4),
      ]),
    );
    const header = {
      deviceId,
      sessionId,
      sequence: firstSequence,
      kind: 'imu',
      segment: 'thigh',
      side: 'left',
      position: 'seated',
      purpose: 'practice',
      startedAt: '2026-01-06T18:00:00Z',
      sampleRateHz: 50,
    };
    this.bytes = Buffer.from(bodyOf(encoding, header, columns, samples));
    this.at =
      encoding === 'cbor'
        ? this.bytes.indexOf(Buffer.from('sequence')) + 'sequence'.length + 1
        : this.bytes.indexOf('"sequence":') + '"sequence":'.length;
  }

  /** The next body. Only valid until the one after is asked for. */
  advance(): Buffer {
    const sequence = this.next++;
    if (this.encoding === 'cbor') this.bytes.writeUInt32BE(sequence, this.at);
    else this.bytes.write(String(sequence), this.at, 'latin1');
    return this.bytes;
  }
}

function bodyOf(
  encoding: Encoding,
  header: object,
  columns: Readonly<Record<string, number[]>>,
  samples: number,
): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ ...header, channels: columns }));
  if (encoding === 'samples') {
    const rows = Array.from({ length: samples }, (_, i) =>
      Object.fromEntries(channelNames.map((name) => [name, columns[name]![i]])),
    );
    return Buffer.from(JSON.stringify({ ...header, samples: rows }));
  }
  const typed = Object.entries(columns).map(([name, column]) => [name, Float32Array.from(column)]);
  return encodeCbor({ ...header, channels: Object.fromEntries(typed) as object });
}
