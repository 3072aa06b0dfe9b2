const finalBinary = 0x82;

/** Messages of a server as they go over the wire (RFC 6455, section 5.2): each whole, binary and unmasked, one behind the other. */
export function webSocketFrames(payloads: readonly Uint8Array[]): Buffer {
  let bytes = 0;
  for (const { length } of payloads) bytes += headBytes(length) + length;
  const frames = Buffer.allocUnsafe(bytes);
  let end = 0;
  for (const payload of payloads) {
    const { length } = payload;
    frames[end] = finalBinary;
    const head = headBytes(length);
    if (head === 2) frames[end + 1] = length;
    else if (head === 4) {
      frames[end + 1] = 126;
      frames.writeUInt16BE(length, end + 2);
    } else {
      frames[end + 1] = 127;
      frames.writeUInt32BE(0, end + 2);
      frames.writeUInt32BE(length, end + 6);
    }
    frames.set(payload, end + head);
    end += head + length;
  }
  return frames;
}

const headBytes = (length: number): number => (length < 126 ? 2 : length < 0x10000 ? 4 : 10);
