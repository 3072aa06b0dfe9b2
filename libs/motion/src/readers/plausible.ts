import type { RecordedSession } from './recorded-session.js';

/** Rates that a motion sensor may have, samples/s. */
const rates = [1, 2000] as const;
/** A quaternion's length may be off by this. */
const lengthOff = 0.05;

const needed = {
  imu: ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'],
  orientation: ['quatW', 'quatX', 'quatY', 'quatZ'],
  goniometer: ['angleDeg'],
} as const;

/** Places that are looked at in a long column are enough to tell whether it is empty. */
const mostLooks = 1000;

/** Why a file that has the form of a recording holds none; undefined when it may be one. */
export function implausible({ kind, channels, timeS, sampleRateHz }: RecordedSession): string | undefined {
  const first = timeS.findIndex((t) => Number.isFinite(t));
  const last = timeS.findLastIndex((t) => Number.isFinite(t));
  if (first === last) return 'a recording without times';
  if (!(timeS[last]! > timeS[first]!)) return 'a recording whose times do not ascend';
  if (!(sampleRateHz >= rates[0] && sampleRateHz <= rates[1]))
    return `a recording with a sample every ${shortNumber(1 / sampleRateHz)} s; is the unit of its time right?`;
  const empty = needed[kind].find(
    (name) => share(timeS.length, (i) => Number.isFinite(channels[name]?.[i] ?? 0)) < 0.5,
  );
  if (empty !== undefined) return `a recording whose ${empty} is mostly empty`;
  if (kind === 'orientation' && channels['quatW'] && share(timeS.length, (i) => isUnit(channels, i)) < 0.5)
    return 'a recording of orientations whose quaternions are none: their length is not 1';
  return undefined;
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(3)));

/** Share of the rows for which something holds. */
function share(rows: number, holds: (row: number) => boolean): number {
  const step = Math.max(1, Math.floor(rows / mostLooks));
  let looks = 0;
  let held = 0;
  for (let row = 0; row < rows; row += step) {
    looks++;
    if (holds(row)) held++;
  }
  return held / looks;
}

const isUnit = (channels: RecordedSession['channels'], row: number): boolean =>
  Math.abs(Math.hypot(...needed.orientation.map((name) => channels[name]![row]!)) - 1) < lengthOff;
