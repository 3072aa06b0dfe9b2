import { bridged, type ImuSamples, lost, measured } from '../orientation/samples.js';
import { rowPlaces } from './row-index.js';
import type { SensorStream, Span } from './sensor-stream.js';

/** Gaps up to this are bridged and not worth a word, s. */
export const silentGapS = 0.1;
/** Gaps up to this are bridged; nothing is integrated over longer ones, s. */
export const longestBridgeS = 0.5;

/** Steps up to which a cubic is better than a straight line. */
const longestCubic = 8;

/** One stream on an even grid of rows. */
export interface Grid {
  readonly samples: ImuSamples;
  readonly periodS: number;
  readonly count: number;
  /** Grid row of each row as given; -1 for one that lies outside. */
  readonly rowOf: Int32Array;
  /** Gaps longer than `silentGapS`. */
  readonly gaps: readonly Span[];
  /** Rows as given that repeat another, or come out of order. */
  readonly repeated: number;
  readonly reordered: number;
}

/** Puts a stream on its grid: sorted, without repeats, short gaps bridged by a straight line in the gyroscope. */
export function gridOf(stream: SensorStream, rows?: number, origin?: number): Grid {
  const { places, counted } = rowPlaces(stream);
  const first = origin ?? firstPlace(places, rows);
  const periodS = 1 / stream.sampleRateHz;
  const last = places.reduce((max, place) => (place > max ? place : max), first);
  const count = rows ?? Math.min(Math.round(last - first) + 1, places.length * 20 + 100);
  const rowOf = new Int32Array(places.length).fill(-1);
  const source = new Int32Array(count).fill(-1);
  const fields = fieldsOf(stream);
  let repeated = 0;
  let reordered = 0;
  let latest = -1;
  for (let i = 0; i < places.length; i++) {
    const row = Math.round(places[i]! - first);
    if (!(row >= 0 && row < count)) continue;
    rowOf[i] = row;
    if (row < latest) reordered++;
    latest = Math.max(latest, row);
    if (source[row] !== -1 && counted) repeated++;
    else if (fields.every((column) => Number.isFinite(column[i]!))) source[row] = i;
  }
  const samples = collect(fields, source, stream.columns['magX'] !== undefined);
  const gaps = fillGaps(samples, source, periodS);
  return { samples, periodS, count, rowOf, gaps, repeated, reordered };
}

/** The place that is row 0: 0 when all fit from there, else the lowest. */
function firstPlace(places: Float64Array, rows: number | undefined): number {
  let low = Infinity;
  let high = -Infinity;
  for (const place of places) {
    if (place < low) low = place;
    if (place > high) high = place;
  }
  if (!Number.isFinite(low)) return 0;
  return rows !== undefined && low >= 0 && high < rows ? 0 : low;
}

/** Columns that every row must have: accelerometer and gyroscope, then the magnetometer if there is one. */
function fieldsOf({ columns }: SensorStream): Float64Array[] {
  const names = columns['magX'] === undefined ? ['acc', 'gyr'] : ['acc', 'gyr', 'mag'];
  return names.flatMap((name) =>
    ['X', 'Y', 'Z'].map((axis) => {
      const column = columns[name + axis];
      if (column === undefined) throw new RangeError(`the column ${name}${axis} is missing`);
      return column;
    }),
  );
}

function collect(fields: readonly Float64Array[], source: Int32Array, withField: boolean): ImuSamples {
  const count = source.length;
  const three = (offset: number) => {
    const [x, y, z] = fields.slice(offset, offset + 3) as [Float64Array, Float64Array, Float64Array];
    const out = new Float64Array(count * 3);
    for (let row = 0; row < count; row++) {
      const i = source[row]!;
      if (i < 0) continue;
      out[row * 3] = x[i]!;
      out[row * 3 + 1] = y[i]!;
      out[row * 3 + 2] = z[i]!;
    }
    return out;
  };
  return {
    acc: three(0),
    gyr: three(3),
    ...(withField ? { mag: three(6) } : {}),
    rows: new Uint8Array(count).fill(measured),
  };
}

/** Marks missing rows as bridged or lost, fills the gyroscope of the bridged ones, and lists the gaps. */
function fillGaps({ gyr, rows }: ImuSamples, source: Int32Array, periodS: number): Span[] {
  const gaps: Span[] = [];
  const count = source.length;
  for (let row = 0; row < count; row++) {
    if (source[row]! >= 0) continue;
    let end = row;
    while (end < count && source[end]! < 0) end++;
    const lengthS = (end - row) * periodS;
    const open = row === 0 || end === count;
    const bridge = !open && lengthS <= longestBridgeS + periodS / 2;
    rows!.fill(bridge ? bridged : lost, row, end);
    if (bridge) bridgeGyroscope(gyr, source, row, end);
    if (lengthS > silentGapS + periodS / 2) gaps.push({ startS: row * periodS, endS: end * periodS });
    row = end;
  }
  return gaps;
}

/**
 * Fills rows row…end-1 of the gyroscope: a cubic through both neighbours with their slopes where two rows on either side are known and the gap is
 * short, else a straight line (a cubic over a long gap swings out).
 */
function bridgeGyroscope(gyr: Float64Array, source: Int32Array, row: number, end: number): void {
  const length = end - row + 1;
  const smooth = length <= longestCubic && source[row - 2]! >= 0 && source[end + 1]! >= 0;
  for (let k = 0; k < 3; k++) {
    const at = (i: number) => gyr[i * 3 + k]!;
    const [before, after] = [at(row - 1), at(end)];
    const slopeBefore = smooth ? (before - at(row - 2)) * length : after - before;
    const slopeAfter = smooth ? (at(end + 1) - after) * length : after - before;
    for (let i = row; i < end; i++) {
      const s = (i - row + 1) / length;
      const r = 1 - s;
      gyr[i * 3 + k] =
        r * r * (1 + 2 * s) * before +
        s * s * (3 - 2 * s) * after +
        s * r * r * slopeBefore -
        s * s * r * slopeAfter;
    }
  }
}
