import { toSi } from '../units.js';
import type { StreamHeader } from './header.js';
import type { Quaternion, SensorStream } from './sensor-stream.js';

const timeFactors: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
const timeNames = new Set([
  't',
  'time',
  'timeS',
  'timestamp',
  'timeMs',
  'timeUs',
  'timeNs',
  'sampleTimeFine',
  'SampleTimeFine',
]);

/**
 * Columns of a stream in SI under the names of this library; truth and the maker's own results are left out. Throws a RangeError for a unit that is not known, and
 * for a stream without a rate.
 */
export function streamFromColumns(
  header: StreamHeader,
  columns: Readonly<Record<string, Float64Array>>,
  defaultRateHz?: number,
): SensorStream {
  const out: Record<string, Float64Array> = {};
  for (const { name, unit, truth } of header.columns) {
    const values = columns[name];
    if (truth || values === undefined) continue;
    if (/^(acc|gyr)[XYZ]$/.test(name)) {
      const factor = toSi(unit === '' ? undefined : unit, name);
      if (factor === undefined)
        throw new RangeError(`the column ${name} has the unit "${unit}", which is not known`);
      out[name] = factor === 1 ? values : values.map((value) => value * factor);
    } else if (/^mag[XYZ]$/.test(name)) out[name] = values;
    else if (/^packet/i.test(name)) out['packet'] = values;
    else if (timeNames.has(name)) out['timeS'] = secondsOf(name, unit, values);
  }
  const sampleRateHz = rateOf(header, out['timeS'], defaultRateHz);
  const mounting = quaternionOf(header.mounting);
  return { sensor: header.sensor, sampleRateHz, columns: out, ...(mounting ? { mounting } : {}) };
}

function secondsOf(name: string, unit: string | undefined, values: Float64Array): Float64Array {
  const suffix =
    /(Ms|Us|Ns)$/.exec(name)?.[1]?.toLowerCase() ?? (/^sampletimefine$/i.test(name) ? 'us' : 's');
  const factor = timeFactors[unit ?? suffix] ?? 1;
  return values.map((value) => value * factor);
}

/** The declared rate, else that of the time stamps. Throws a RangeError when neither is there. */
function rateOf(
  header: StreamHeader,
  timeS: Float64Array | undefined,
  defaultRateHz: number | undefined,
): number {
  const declared = header.samplingPeriodS
    ? 1 / header.samplingPeriodS
    : (header.sampleRateHz ?? defaultRateHz);
  if (declared !== undefined && declared > 0 && Number.isFinite(declared))
    return timeS === undefined ? declared : clockRate(timeS, declared);
  if (timeS !== undefined && timeS.length > 1) {
    const steps = timeS
      .subarray(1)
      .map((t, i) => t - timeS[i]!)
      .sort();
    const step = steps[steps.length >> 1]!;
    if (step > 0) return 1 / step;
  }
  throw new RangeError(`the stream ${header.sensor} has no sampling rate`);
}

/** The rate by the device's own clock, which may run a little off the declared one; steps over lost packets count as many. */
function clockRate(timeS: Float64Array, declared: number): number {
  let periods = 0;
  let elapsed = 0;
  for (let i = 1; i < timeS.length; i++) {
    const step = timeS[i]! - timeS[i - 1]!;
    if (!Number.isFinite(step)) continue;
    periods += Math.round(step * declared);
    elapsed += step;
  }
  const rate = periods / elapsed;
  return Math.abs(rate / declared - 1) < 0.005 ? rate : declared;
}

/** A unit quaternion, or undefined for what is none. */
export function quaternionOf(values: readonly number[] | undefined): Quaternion | undefined {
  if (values?.length !== 4) return undefined;
  const size = Math.hypot(...values);
  if (!(Math.abs(size - 1) < 0.05)) return undefined;
  const [w, x, y, z] = values.map((value) => value / size) as [number, number, number, number];
  return [w, x, y, z];
}
