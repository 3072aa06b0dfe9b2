import { encodeCbor } from '@coxa/contracts';

/** Acknowledgements of one session's batches: what is the same in each is encoded once. */
export class AckForm {
  private readonly start: Uint8Array;

  constructor(
    readonly deviceId: string,
    readonly sessionId: string,
  ) {
    // A map of five entries whose last two differ.
    const whole = encodeCbor({ t: 'ack', deviceId, sessionId, sequence: 0, duplicate: false });
    this.start = whole.subarray(0, whole.length - behindStart.length);
  }

  of(sequence: number, duplicate: boolean): Uint8Array {
    const number = encodeCbor(sequence);
    const bytes = Buffer.allocUnsafe(this.start.length + number.length + lastEntry.length);
    bytes.set(this.start);
    bytes.set(number, this.start.length);
    bytes.set(lastEntry, this.start.length + number.length);
    if (duplicate) bytes[bytes.length - 1] = cborTrue;
    return bytes;
  }
}

const cborTrue = 0xf5;
/** `duplicate: false` without its map. */
const lastEntry = encodeCbor({ duplicate: false }).subarray(1);
/** The sequence 0, and what follows it. */
const behindStart = [0, ...lastEntry];
