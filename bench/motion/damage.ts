import type { RecordingHeader } from '@coxa/motion';
import type { Columns } from './recordings.js';

/** Reproducible numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
}

/** Takes `gapS` out of every `everyS` from `fromS` on, and adds the device's own counter. */
export function withGaps(
  columns: Columns,
  periodS: number,
  gapS: number,
  everyS: number,
  fromS: number,
): { columns: Columns; kept: number[] } {
  const rows = Object.values(columns)[0]!.length;
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    const t = row * periodS;
    if (t < fromS || (t - fromS) % everyS >= gapS - 1e-9) kept.push(row);
  }
  const cut = Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Float64Array.from(kept, (row) => values[row]!)]),
  );
  return { columns: { ...cut, packet: Float64Array.from(kept) }, kept };
}

/** The header with a counter column in each stream. */
export const withPacket = (header: RecordingHeader): RecordingHeader => ({
  ...header,
  streams: header.streams!.map((stream) => ({
    ...stream,
    columns: [...stream.columns, { name: 'packet', unit: '1' }],
  })),
});

const axes = ['X', 'Y', 'Z'] as const;

/** Columns nameX, nameY, nameZ as rows of three. */
export function interleaved(columns: Columns, name: string): Float64Array {
  const parts = axes.map((axis) => columns[name + axis]!);
  return Float64Array.from({ length: parts[0]!.length * 3 }, (_, i) => parts[i % 3]![Math.floor(i / 3)]!);
}

/** Columns nameX-Z through a 3x3 matrix, from `fromRow` on. */
export function turned(
  columns: Columns,
  names: readonly string[],
  m: readonly number[],
  fromRow = 0,
): Columns {
  const out = { ...columns };
  for (const name of names) {
    if (columns[`${name}X`] === undefined) continue;
    const old = axes.map((axis) => columns[name + axis]!);
    axes.forEach((axis, r) => {
      out[name + axis] = old[r]!.map((value, i) =>
        i < fromRow
          ? value
          : m[r * 3]! * old[0]![i]! + m[r * 3 + 1]! * old[1]![i]! + m[r * 3 + 2]! * old[2]![i]!,
      );
    });
  }
  return out;
}

/** A random exchange of axes and signs that is not the identity. */
export function randomExchange(random: () => number): number[] {
  for (;;) {
    const order = [0, 1, 2].sort(() => random() - 0.5);
    const m = new Array<number>(9).fill(0);
    order.forEach((from, to) => (m[to * 3 + from] = random() < 0.5 ? -1 : 1));
    if (m[0] !== 1 || m[4] !== 1 || m[8] !== 1) return m;
  }
}

/** Columns read at another rate: the gyroscope averaged over the new period, the rest interpolated. */
export function resampled(
  columns: Columns,
  periodS: number,
  rateHz: number,
): { columns: Columns; rows: number } {
  const old = Object.values(columns)[0]!.length;
  const rows = Math.floor((old - 1) * periodS * rateHz);
  const out: Columns = {};
  for (const [name, values] of Object.entries(columns)) {
    const at = (place: number) => {
      const i = Math.min(old - 2, Math.floor(place));
      return values[i]! + (place - i) * (values[i + 1]! - values[i]!);
    };
    const step = 1 / (rateHz * periodS);
    const sums = new Float64Array(old + 1);
    for (let i = 0; i < old; i++) sums[i + 1] = sums[i]! + values[i]!;
    const integral = (place: number) => {
      const i = Math.min(old - 1, Math.floor(place));
      return sums[i]! + (place - i) * values[i]!;
    };
    out[name] = Float64Array.from({ length: rows }, (_, row) => {
      const end = (row + 1) * step;
      if (name.startsWith('gyr')) return (integral(end) - integral(end - step)) / step;
      return /^opt|movement/.test(name)
        ? values[Math.min(old - 1, Math.round(end - 1))]!
        : at(Math.min(old - 1.001, Math.max(0, end - 1)));
    });
  }
  return { columns: out, rows };
}
