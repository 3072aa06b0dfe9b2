import { canonicalJson } from './canonical-json.js';
import type { Column, ReadingBatch } from './reading.js';
import { parseInstant } from './time.js';

/** What scaling and decimal text may change in a double, with room: far less than float32 can tell. */
const rounding = 2 ** -48;

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
  // The same instant, however it was written.
  const startedAt = new Date(parseInstant(header.startedAt)!).toISOString();
  return inSinglePrecision({ last: false, motion: 'active', measuredBy: 'self', ...header, startedAt });
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
  // A factor too may have been shortened to float32.
  const oneScale = Math.fround(aScale) === Math.fround(bScale);
  const [aFactor, bFactor] = oneScale ? [1, 1] : [aScale, bScale];
  const same = kindOf(a) === kindOf(b) && oneScale ? identical : sameInSinglePrecision;
  for (let i = 0; i < a.length; i++) if (!same(a[i]! * aFactor, b[i]! * bFactor)) return false;
  return true;
}

const identical = (a: number, b: number): boolean => a === b;

const sameInSinglePrecision = (a: number, b: number): boolean =>
  Math.fround(a) === Math.fround(b) || Math.abs(a - b) <= rounding * Math.abs(a);

const kindOf = (column: Column): string =>
  column instanceof Float32Array ? 'single' : column instanceof Int16Array ? 'integer' : 'double';
