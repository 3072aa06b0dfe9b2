import { type ImuSamples, measured } from '../orientation/samples.js';
import { mergeRows } from '../quality/saturation.js';
import { type Bridge, fillGaps } from './bridging.js';
import { rowPlaces } from './row-index.js';
import type { SensorStream, Span } from './sensor-stream.js';
import { dropSpikes } from './spikes.js';
import { dropUnreal } from './unreal-rows.js';

/** One stream on an even grid of rows. */
export interface Grid {
  readonly samples: ImuSamples;
  readonly periodS: number;
  readonly count: number;
  /** Grid row of each row as given; -1 for one that lies outside. */
  readonly rowOf: Int32Array;
  /** Gaps longer than 0.1 s, and spikes of the gyroscope, which were taken out. */
  readonly gaps: readonly Span[];
  /** Gaps that were bridged, short ones too. */
  readonly bridges: readonly Bridge[];
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
  dropUnreal(fields, source, periodS);
  const spikes = mergeRows(dropSpikes(fields, source, periodS), periodS, periodS / 2);
  const samples = collect(fields, source, stream.columns['magX'] !== undefined);
  const { gaps, bridges } = fillGaps(samples, source, periodS);
  return { samples, periodS, count, rowOf, gaps: withSpikes(gaps, spikes), bridges, repeated, reordered };
}

/** Spikes are said even where their bridge is short: a sensor that gave one may give more that do not show. */
function withSpikes(gaps: readonly Span[], spikes: readonly Span[]): Span[] {
  const alone = spikes.filter(
    (spike) => !gaps.some((gap) => gap.startS <= spike.startS && spike.endS <= gap.endS),
  );
  return [...gaps, ...alone].sort((a, b) => a.startS - b.startS);
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
