import { canonicalJson } from './canonical-json.js';
import type { Column, ReadingBatch } from './reading.js';

/** Half the spacing of float32 numbers, with room for one rounding of decimal text. */
const singlePrecision = 2 ** -23;
/** Below this, float32 numbers are no closer to each other than absolutely. */
const smallest = 1e-37;

/**
 * Whether two batches say the same, whatever encoding brought them: headers alike with defaults filled in, columns equal after scaling.
 * Columns of the same kind must be equal exactly; of different kinds (float32 against numbers in JSON, int16 with a factor against float64)
 * to within single precision, because more was never in both.
 */
export function sameBatch(a: ReadingBatch, b: ReadingBatch): boolean {
  if (canonicalJson(headerOf(a)) !== canonicalJson(headerOf(b))) return false;
  if (!sameColumn(a.offsetsMs, b.offsetsMs, 1, 1) || !sameColumn(a.packets, b.packets, 1, 1)) return false;
  const names = Object.keys(a.channels);
  return (
    names.length === Object.keys(b.channels).length &&
    names.every((name) =>
      sameColumn(a.channels[name], b.channels[name], a.scale?.[name] ?? 1, b.scale?.[name] ?? 1),
    )
  );
}

/** What was said beside the columns. Numbers in single precision: a CBOR writer may have shortened them. */
function headerOf(batch: ReadingBatch): unknown {
  const { channels: _channels, scale: _scale, offsetsMs: _offsets, packets: _packets, ...header } = batch;
  return inSinglePrecision({ last: false, motion: 'active', measuredBy: 'self', ...header });
}

function inSinglePrecision(value: unknown): unknown {
  if (typeof value === 'number') return Math.fround(value);
  if (Array.isArray(value)) return value.map(inSinglePrecision);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, inSinglePrecision(field)]));
}

function sameColumn(a: Column | undefined, b: Column | undefined, aScale: number, bScale: number): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  const tolerance = kindOf(a) === kindOf(b) && aScale === bScale ? 0 : singlePrecision;
  for (let i = 0; i < a.length; i++) {
    const left = a[i]! * aScale;
    const right = b[i]! * bScale;
    if (Math.abs(left - right) > tolerance * Math.max(Math.abs(left), Math.abs(right), smallest))
      return false;
  }
  return true;
}

const kindOf = (column: Column): string =>
  column instanceof Float32Array ? 'single' : column instanceof Int16Array ? 'integer' : 'double';
