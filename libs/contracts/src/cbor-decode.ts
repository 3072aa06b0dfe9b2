import { MalformedError } from './malformed.js';
import { typedArrayOf } from './cbor-typed-array.js';

const maxDepth = 8;
/** Far more than a batch has anywhere. A map of a million keys takes seconds to build, and everybody waits. */
const maxKeys = 1_000;
const shortText = 40;
const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes the one CBOR item (RFC 8949) that a batch is: definite lengths, text keys, none twice, no tags but typed arrays (RFC 8746:
 * 85, 86, 77 little-endian and 81, 82, 73 big-endian), depth at most 8, nothing after the item.
 * Typed arrays are views onto the bytes where these lie aligned and little-endian, else copies.
 * @throws MalformedError
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.offset !== bytes.length) throw new MalformedError('bytes follow after the CBOR item');
  return value;
}

class Reader {
  offset = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** `depth` is the number of arrays, maps and tags around the item. */
  item(depth: number): unknown {
    const initial = this.bytes[this.take(1)]!;
    const major = initial >> 5;
    const info = initial & 31;
    switch (major) {
      case 0:
        return this.argument(info);
      case 1:
        return -1 - this.argument(info);
      case 2:
        return this.slice(this.argument(info));
      case 3:
        return this.textOf(this.argument(info));
      case 4:
        return this.array(this.argument(info), this.into(depth));
      case 5:
        return this.map(this.argument(info), this.into(depth));
      case 6:
        return this.tagged(this.argument(info), this.into(depth));
      default:
        return this.simple(info);
    }
  }

  private into(depth: number): number {
    if (depth >= maxDepth) throw new MalformedError(`CBOR nested deeper than ${maxDepth}`);
    return depth + 1;
  }

  private array(length: number, depth: number): unknown[] {
    // An item takes a byte at least: a length beyond what is left is a lie, found before anything is allocated.
    if (length > this.left()) throw new MalformedError('CBOR array longer than the message');
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.item(depth));
    return items;
  }

  private map(length: number, depth: number): Record<string, unknown> {
    if (length > maxKeys) throw new MalformedError(`a CBOR map has more than ${maxKeys} keys`);
    if (length * 2 > this.left()) throw new MalformedError('CBOR map longer than the message');
    const object: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const name = this.item(depth);
      if (typeof name !== 'string') throw new MalformedError('a CBOR key is not text');
      if (Object.hasOwn(object, name)) throw new MalformedError('a CBOR map has a key twice');
      const value = this.item(depth);
      // As an ordinary field, so that it is refused as unknown.
      if (name === '__proto__')
        Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
      else object[name] = value;
    }
    return object;
  }

  private tagged(tag: number, depth: number): unknown {
    const content = this.item(depth);
    if (!(content instanceof Uint8Array)) throw new MalformedError('a CBOR typed array is not a byte string');
    return typedArrayOf(tag, content);
  }

  private simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 25:
        return half(this.view.getUint16(this.take(2)));
      case 26:
        return this.view.getFloat32(this.take(4));
      case 27:
        return this.view.getFloat64(this.take(8));
      default:
        throw new MalformedError('a CBOR simple value that is not allowed');
    }
  }

  private argument(info: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.view.getUint8(this.take(1));
      case 25:
        return this.view.getUint16(this.take(2));
      case 26:
        return this.view.getUint32(this.take(4));
      case 27: {
        const value = Number(this.view.getBigUint64(this.take(8)));
        if (!Number.isSafeInteger(value)) throw new MalformedError('a CBOR integer beyond 2^53');
        return value;
      }
      default:
        throw new MalformedError('CBOR of indefinite length is not allowed');
    }
  }

  private textOf(length: number): string {
    const short = length <= shortText ? this.plainText(length) : undefined;
    if (short !== undefined) return short;
    try {
      return text.decode(this.slice(length));
    } catch (cause) {
      throw cause instanceof MalformedError
        ? cause
        : new MalformedError('CBOR text is not valid UTF-8', { cause });
    }
  }

  /** Short ASCII, as names and ids are, without a call out of the engine; undefined for other text. */
  private plainText(length: number): string | undefined {
    if (length > this.left()) return undefined;
    let plain = '';
    for (let i = this.offset; i < this.offset + length; i++) {
      const byte = this.bytes[i]!;
      if (byte > 0x7f) return undefined;
      plain += ascii[byte]!;
    }
    this.offset += length;
    return plain;
  }

  private slice(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  private take(length: number): number {
    if (length > this.left()) throw new MalformedError('the CBOR message is cut short');
    const start = this.offset;
    this.offset += length;
    return start;
  }

  private left(): number {
    return this.bytes.length - this.offset;
  }
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction
          ? NaN
          : Infinity
        : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}
