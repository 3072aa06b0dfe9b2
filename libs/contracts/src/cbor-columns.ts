/** Where the samples of a column lie within an encoded batch. */
export interface ColumnSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: 'float32' | 'float64' | 'int16';
}

const kinds: ReadonlyMap<number, readonly [ColumnSpan['kind'], number]> = new Map([
  [85, ['float32', 4]],
  [86, ['float64', 8]],
  [77, ['int16', 2]],
]);
const maxDepth = 8;

/** The little-endian typed arrays (RFC 8746) within a CBOR item, in order; none when the bytes are something else. */
export function columnSpans(bytes: Uint8Array): ColumnSpan[] {
  const spans: ColumnSpan[] = [];
  return walk(bytes, 0, 0, spans) === bytes.length ? spans : [];
}

/** Where the item ends that begins at `at`; NaN when it is none. */
function walk(bytes: Uint8Array, at: number, depth: number, spans: ColumnSpan[]): number {
  if (depth > maxDepth || at >= bytes.length) return NaN;
  const major = bytes[at]! >> 5;
  const { argument, next } = headOf(bytes, at);
  if (major === 2 || major === 3) return next + argument <= bytes.length ? next + argument : NaN;
  const items = itemsWithin(major, argument);
  // An item takes a byte at least.
  if (!(items <= bytes.length - at)) return NaN;
  let end = next;
  for (let i = 0; i < items && end <= bytes.length; i++) end = walk(bytes, end, depth + 1, spans);
  const kind = major === 6 && bytes[next]! >> 5 === 2 ? kinds.get(argument) : undefined;
  if (kind) note(bytes, next, end, kind, spans);
  return end;
}

const itemsWithin = (major: number, argument: number): number =>
  major === 4 ? argument : major === 5 ? 2 * argument : major === 6 ? 1 : 0;

/** Number and end of an item's first bytes; NaN for what has no definite length. */
function headOf(bytes: Uint8Array, at: number): { readonly argument: number; readonly next: number } {
  const info = bytes[at]! & 31;
  if (info > 27) return { argument: NaN, next: NaN };
  const size = info < 24 ? 0 : 2 ** (info - 24);
  let argument = size === 0 ? info : 0;
  for (let i = 1; i <= size; i++) argument = argument * 256 + bytes[at + i]!;
  return { argument, next: at + 1 + size };
}

function note(
  bytes: Uint8Array,
  at: number,
  end: number,
  [kind, width]: readonly [ColumnSpan['kind'], number],
  spans: ColumnSpan[],
): void {
  const { next: start } = headOf(bytes, at);
  if (end > start && (end - start) % width === 0) spans.push({ start, end, kind });
}
