import type { SensorStream } from './sensor-stream.js';

/** Where each given row lies, in sampling periods from an origin that all streams of a recording share. */
export interface RowPlaces {
  readonly places: Float64Array;
  /** From a counter or a clock; false: rows are simply counted. */
  readonly counted: boolean;
}

const wraps = [65_536, 4_294_967_296] as const;

/** A counter that starts again at 2^16 or 2^32, made to run on. Repeated and reordered packets stay where they belong. */
export function unwrapCounter(packet: Float64Array): Float64Array {
  // Without a step back nothing has wrapped.
  if (neverFalls(packet)) return packet.slice();
  let largest = 0;
  for (let i = 0; i < packet.length; i++) if (packet[i]! > largest) largest = packet[i]!;
  const modulus = wraps.find((wrap) => largest < wrap);
  const out = new Float64Array(packet.length);
  let turns = 0;
  let last = NaN;
  for (let i = 0; i < packet.length; i++) {
    const value = packet[i]!;
    if (modulus !== undefined && Number.isFinite(last) && Number.isFinite(value)) {
      if (last - value > modulus / 2) turns += modulus;
      else if (value - last > modulus / 2 && turns > 0) turns -= modulus;
    }
    out[i] = value + turns;
    if (Number.isFinite(value)) last = value;
  }
  return out;
}

function neverFalls(values: Float64Array): boolean {
  let last = values[0] ?? 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= last)) return false;
    last = value;
  }
  return true;
}

export function rowPlaces({ columns, sampleRateHz }: SensorStream): RowPlaces {
  const { packet, timeS } = columns;
  const rows = Object.values(columns)[0]?.length ?? 0;
  if (packet !== undefined) return { places: unwrapCounter(packet), counted: true };
  if (timeS !== undefined) return { places: timeS.map((t) => t * sampleRateHz), counted: true };
  return { places: Float64Array.from({ length: rows }, (_, i) => i), counted: false };
}
