import { type ChannelColumn, channelOf } from './channel-names.js';
import { readNumbers, tooWide } from './number-table.js';
import {
  noMounting,
  type ReadRecording,
  type RecordedSession,
  type RecordingFormat,
  type RefusedRecording,
} from './recorded-session.js';
import { cellsOf, separatorOf, type TextHead } from './text-head.js';
import { timingOf } from './timing.js';
import { decimalOf } from './xsens-dot.js';

/** Plain CSV with the units in the titles; phyphox writes the same with its own titles. */
export function readTable(bytes: Uint8Array, { lines }: TextHead): ReadRecording | RefusedRecording {
  const named = lines.findIndex(({ text }) => text.trim() !== '' && !/^(sep=|#|\/\/)/i.test(text));
  if (named < 0) return { ok: false, reason: 'no line of column names' };
  const { text, next } = lines[named]!;
  const separator = separatorOf(text);
  const titles = cellsOf(text, separator);
  const found = titles.map((title) => channelOf(title));
  const wrong = found.find((one) => typeof one === 'string');
  const known = found.map((one) => (typeof one === 'object' ? one : undefined));
  const channels = new Set(known.map((one) => one?.channel));
  const motion = kindOf(channels);
  if (motion === undefined) return { ok: false, reason: whatWasSeen(titles, wrong, channels) };
  if (wrong !== undefined) return { ok: false, reason: `a table of motion, but with ${wrong}` };
  if (!channels.has('time')) return { ok: false, reason: 'a table of motion without a column of time' };
  const twice = known.find((one, i) => one && known.findIndex((other) => other?.channel === one.channel) < i);
  if (twice) return { ok: false, reason: `a table of motion in which ${twice.channel} comes twice` };
  const decimal = separator === ',' ? '.' : decimalOf(lines[named + 1]?.text ?? '');
  const table = readNumbers(bytes, {
    start: next,
    separator: separator.charCodeAt(0),
    decimal: decimal.charCodeAt(0),
    columns: titles.length,
  });
  if (table.rows < 2) return { ok: false, reason: 'a table of motion without samples' };
  if (table.strange > table.rows * 0.02)
    return { ok: false, reason: `a table of motion with ${table.strange} cells that are no numbers` };
  if (table.wide > table.rows * 0.02) return { ok: false, reason: `a table of motion with ${tooWide}` };
  const format: RecordingFormat = /^"?Time \(s\)/.test(text) ? 'phyphox-csv' : 'plain-csv';
  return { ok: true, format, sessions: [sessionOf(motion, known, table.columns, table.rows)] };
}

function kindOf(channels: ReadonlySet<string | undefined>): RecordedSession['kind'] | undefined {
  const all = (...names: string[]) => names.every((name) => channels.has(name));
  if (all('accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ')) return 'imu';
  if (all('quatW', 'quatX', 'quatY', 'quatZ')) return 'orientation';
  if (all('angleDeg')) return 'goniometer';
  return undefined;
}

function sessionOf(
  kind: RecordedSession['kind'],
  known: readonly (ChannelColumn | undefined)[],
  columns: readonly Float64Array[],
  rows: number,
): RecordedSession {
  const channels: Record<string, Float64Array> = {};
  known.forEach((one, i) => {
    if (one === undefined) return;
    const factor = one.bare ? epochFactor(columns[i]!) : one.factor;
    channels[one.channel] = factor === 1 ? columns[i]! : columns[i]!.map((value) => value * factor);
  });
  const { time, packet, freeAccX: _x, freeAccY: _y, freeAccZ: _z, ...motion } = channels;
  return {
    sensor: 'sensor',
    kind,
    ...timingOf(rows, packet, time, undefined),
    channels: motion,
    notes: kind === 'goniometer' ? [] : [noMounting],
  };
}

/** Brings times without a unit to seconds: what counts from 1970 shows its unit by its size. */
function epochFactor(times: Float64Array): number {
  const first = times.find((value) => Number.isFinite(value)) ?? 0;
  if (first > 1e17) return 1e-9;
  if (first > 1e14) return 1e-6;
  return first > 1e11 ? 1e-3 : 1;
}

function whatWasSeen(
  titles: readonly string[],
  wrong: ChannelColumn | string | undefined,
  channels: ReadonlySet<string | undefined>,
): string {
  if (typeof wrong === 'string') return `a table with ${wrong}`;
  if (channels.has('freeAccX'))
    return 'acceleration with gravity taken off: nothing can be fused from it; export the acceleration with gravity, and the gyroscope';
  if (channels.has('accX')) return 'acceleration alone; the gyroscope is needed too';
  const seen = titles.slice(0, 8).map((title) => `"${title.slice(0, 40)}"`);
  return `text whose first line has the columns ${seen.join(', ')}${titles.length > 8 ? ', …' : ''}; none of the known formats`;
}
