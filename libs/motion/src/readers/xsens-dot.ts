import { type NumberTable, readNumbers, tooWide } from './number-table.js';
import { noMounting, type ReadRecording, type RefusedRecording } from './recorded-session.js';
import { cellsOf, separatorOf, type TextHead } from './text-head.js';
import { microseconds, timingOf } from './timing.js';

const degree = Math.PI / 180;
const axes = ['X', 'Y', 'Z'] as const;

/** Whether the beginning is that of an Xsens DOT export. */
export const looksLikeDot = ({ lines }: TextHead): boolean =>
  lines.slice(0, 14).some(({ text }) => /^"?DeviceTag/i.test(text)) ||
  lines.slice(0, 14).some(({ text }) => /^"?PacketCounter"?[,;\t]"?SampleTimeFine/i.test(text));

/**
 * Xsens DOT CSV, every measurement mode: quaternions, Euler angles, rate quantities (gyroscope in °/s) and delta quantities. Free acceleration has
 * gravity taken off and is not passed on: nothing could be fused from it.
 */
export function readDot(bytes: Uint8Array, { lines }: TextHead): ReadRecording | RefusedRecording {
  const title = lines.findIndex(({ text }) => /^"?PacketCounter/i.test(text));
  if (title < 0) return { ok: false, reason: 'an Xsens DOT export without a line of column names' };
  const { text, next } = lines[title]!;
  const separator = separatorOf(text);
  const names = cellsOf(text, separator);
  const decimal = separator === ',' ? '.' : decimalOf(lines[title + 1]?.text ?? '');
  const table = readNumbers(bytes, {
    start: next,
    separator: separator.charCodeAt(0),
    decimal: decimal.charCodeAt(0),
    columns: names.length,
  });
  const fault = faultOf(table);
  if (fault) return { ok: false, reason: `an Xsens DOT export ${fault}` };
  const column = (name: string) => {
    const index = names.findIndex((one) => one.toLowerCase() === name.toLowerCase());
    return index < 0 ? undefined : table.columns[index];
  };
  const field = (name: string) => headField(lines.slice(0, title), name);
  const clock = microseconds(column('SampleTimeFine'));
  const rate = Number(/([\d.]+)\s*Hz/i.exec(field('OutputRate') ?? '')?.[1] ?? NaN);
  const timing = timingOf(table.rows, column('PacketCounter'), clock, rate > 0 ? rate : undefined);
  const { channels, notes } = channelsOf(column, timing.sampleRateHz, table.rows);
  if (Object.keys(channels).length === 0)
    return { ok: false, reason: `an Xsens DOT export without motion; its columns are ${names.join(', ')}` };
  const startedAt = field('StartTime');
  return {
    ok: true,
    format: 'xsens-dot-csv',
    sessions: [
      {
        sensor: field('DeviceTag') ?? 'sensor',
        kind: channels['accX'] && channels['gyrX'] ? 'imu' : 'orientation',
        ...timing,
        channels,
        ...(startedAt ? { startedAt } : {}),
        notes: [...notes, noMounting],
      },
    ],
  };
}

/** Why its rows are no samples. */
function faultOf({ rows, strange, wide }: NumberTable): string | undefined {
  if (rows === 0) return 'without any sample';
  if (strange > rows * 0.05) return `with ${strange} cells that are no numbers`;
  return wide > rows * 0.05 ? `with ${tooWide}` : undefined;
}

/** A line such as `OutputRate:,60Hz`. */
function headField(lines: TextHead['lines'], name: string): string | undefined {
  const pattern = new RegExp(`^"?${name}:?"?\\s*[,;:]+\\s*(.*)$`, 'i');
  return lines
    .map(({ text }) => pattern.exec(text)?.[1])
    .find((value) => value !== undefined)
    ?.trim();
}

type Column = (name: string) => Float64Array | undefined;

function channelsOf(
  column: Column,
  rateHz: number,
  rows: number,
): { channels: Record<string, Float64Array>; notes: string[] } {
  const channels: Record<string, Float64Array> = {};
  const notes: string[] = [];
  const copy = (to: string, from: string, factor = 1) => {
    const parts = axes.map((axis) => column(`${from}${axis}`));
    if (parts.some((part) => part === undefined)) return false;
    axes.forEach((axis, k) => (channels[to + axis] = scaled(parts[k]!, factor)));
    return true;
  };
  copy('acc', 'Acc_');
  copy('gyr', 'Gyr_', degree);
  if (copy('mag', 'Mag_'))
    notes.push("the magnetometer is in the maker's own unit, about 1 in the undisturbed field");
  if (!copy('quat', 'Quat_') && column('Euler_X')) eulers(column, channels, rows);
  else if (channels['quatX']) channels['quatW'] = column('Quat_W')!;
  deltas(column, channels, rateHz, rows);
  if (column('FreeAcc_X'))
    notes.push('the acceleration in the file has gravity taken off and cannot be used for orientation');
  return { channels, notes };
}

/** Multiplies in place: the table is read once and nobody else's. */
function scaled(values: Float64Array, factor: number): Float64Array {
  if (factor !== 1) for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor;
  return values;
}

/** Roll, pitch and yaw (x, y', z'' about earth-fixed axes, °) as quaternions. */
function eulers(column: Column, channels: Record<string, Float64Array>, rows: number): void {
  const angles = axes.map((axis) => column(`Euler_${axis}`));
  const q = ['W', 'X', 'Y', 'Z'].map((axis) => (channels[`quat${axis}`] = new Float64Array(rows)));
  for (let row = 0; row < rows; row++) {
    const [cx, cy, cz] = angles.map((angle) => Math.cos((angle![row]! * degree) / 2)) as [
      number,
      number,
      number,
    ];
    const [sx, sy, sz] = angles.map((angle) => Math.sin((angle![row]! * degree) / 2)) as [
      number,
      number,
      number,
    ];
    q[0]![row] = cx * cy * cz + sx * sy * sz;
    q[1]![row] = sx * cy * cz - cx * sy * sz;
    q[2]![row] = cx * sy * cz + sx * cy * sz;
    q[3]![row] = cx * cy * sz - sx * sy * cz;
  }
}

/** Delta quantities: turn and change of velocity over one period, as rates. */
function deltas(column: Column, channels: Record<string, Float64Array>, rateHz: number, rows: number): void {
  const dq = ['W', 'X', 'Y', 'Z'].map((axis) => column(`dq_${axis}`));
  const dv = ['1', '2', '3'].map((k) => column(`dv[${k}]`));
  if (dq.every((part) => part !== undefined)) {
    const gyr = axes.map((axis) => (channels[`gyr${axis}`] = new Float64Array(rows)));
    for (let row = 0; row < rows; row++) {
      const [w, x, y, z] = dq.map((part) => part![row]!) as [number, number, number, number];
      const sine = Math.hypot(x, y, z);
      const factor =
        sine > 1e-12 ? (2 * Math.atan2(sine * Math.sign(w || 1), Math.abs(w)) * rateHz) / sine : 2 * rateHz;
      [x, y, z].forEach((value, k) => (gyr[k]![row] = value * factor));
    }
  }
  if (dv.every((part) => part !== undefined))
    axes.forEach((axis, k) => (channels[`acc${axis}`] = dv[k]!.map((value) => value * rateHz)));
}

/** Decimal mark of a row whose cells are not separated by commas. */
export const decimalOf = (row: string): '.' | ',' => (/\d,\d/.test(row) && !/\d\.\d/.test(row) ? ',' : '.');
