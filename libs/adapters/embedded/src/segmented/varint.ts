/** Writes a whole number below 2^32 in as few bytes as it needs, seven bits each (LEB128); answers where it ends. */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest > 0x7f) {
    target[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[end++] = rest;
  return end;
}

/** The most bytes that `writeVarint` writes. */
export const mostVarintBytes = 5;

/** Walks through bytes that hold such numbers. */
export class Cursor {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  varint(): number {
    const first = this.bytes[this.at++]!;
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; ; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
}
