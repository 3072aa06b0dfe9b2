import { toSi } from '../units.js';

/** What a column holds, and what brings it to SI. */
export interface ChannelColumn {
  readonly channel: string;
  readonly factor: number;
  /** A time whose title says no unit. */
  readonly bare?: boolean;
}

const unitIn = /[([{]\s*([^)\]}]*)\s*[)\]}]/;
const suffixUnit = /_(g|mg|ms2|m\/s\^?2|dps|degs|deg_s|rad_s|rads|deg|rad|ut|ns|us|ms|s)$/i;
const spoken: Readonly<Record<string, string>> = {
  ms2: 'm/s^2',
  'm/s²': 'm/s^2',
  'm/s2': 'm/s^2',
  degs: 'deg/s',
  deg_s: 'deg/s',
  rad_s: 'rad/s',
  rads: 'rad/s',
};
const timeUnits: Readonly<Record<string, number>> = { s: 1, sec: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** A title taken apart: its name in lower case without blanks, its unit if it has one, and the unit as written. */
interface Title {
  readonly name: string;
  readonly unit?: string;
  readonly unitText?: string;
}

function takenApart(title: string): Title {
  const bracket = unitIn.exec(title)?.[1];
  const bare = title.replace(unitIn, '').trim();
  const suffix = bracket === undefined ? suffixUnit.exec(bare)?.[1] : undefined;
  const name = (suffix === undefined ? bare : bare.slice(0, -suffix.length - 1))
    .toLowerCase()
    .replace(/[\s_.-]+/g, '');
  const unitText = (bracket ?? suffix)?.trim();
  if (unitText === undefined) return { name };
  return { name, unitText, unit: spoken[unitText.toLowerCase()] ?? unitText };
}

/** Reads a column's title such as `Gyroscope x (rad/s)`, `acc_y [g]`, `timestamp_ns`; undefined for one that is not known, a string for a unit that is not. */
export function channelOf(title: string): ChannelColumn | string | undefined {
  const { name, unit, unitText } = takenApart(title);
  if (/^(time|timestamp|t|zeit|seconds?elapsed|sampletime)$/.test(name)) return time(name, unit, unitText);
  if (/^(packet|packetcounter|counter|sample|index)$/.test(name)) return { channel: 'packet', factor: 1 };
  if (/^(angle|angledeg|internalrotation|hiprotation|rotation|goniometer)$/.test(name)) {
    const factor = toSi(unit, 'angleDeg');
    return factor === undefined ? `the unit "${unitText}" of an angle` : { channel: 'angleDeg', factor };
  }
  const axis = /^(.*?)([wxyz])$/.exec(name);
  const stem = axis ? stemOf(axis[1]!) : undefined;
  if (axis === null || stem === undefined) return undefined;
  const letter = axis[2]!.toUpperCase();
  if (stem === 'quat') return { channel: `quat${letter}`, factor: 1 };
  if (letter === 'W') return undefined;
  const column = vector(stem, letter, unit, unitText);
  // A single letter may mean anything; only with a unit that fits it is known.
  return axis[1]!.length === 1 && (unit === undefined || typeof column === 'string') ? undefined : column;
}

function time(name: string, unit: string | undefined, unitText: string | undefined): ChannelColumn | string {
  const factor = timeUnits[(unit ?? 's').toLowerCase()];
  if (factor === undefined) return `the time unit "${unitText}"`;
  return {
    channel: 'time',
    factor,
    ...(unit === undefined && !name.startsWith('second') ? { bare: true } : {}),
  };
}

function stemOf(text: string): string | undefined {
  if (/^(a|acc|accel|accelerometer|acceleration|totalacceleration|accelerationwithg)$/.test(text))
    return 'acc';
  if (/^(lin(ear)?acc(eleration|elerometer)?|freeacc|useracceleration)$/.test(text)) return 'freeAcc';
  if (/^(g|gyr|gyro|gyroscope|angularvelocity|rotationrate)$/.test(text)) return 'gyr';
  if (/^(m|mag|magnetometer|magneticfield)$/.test(text)) return 'mag';
  if (/^(q|quat|quaternion|orientationq)$/.test(text)) return 'quat';
  return undefined;
}

function vector(
  stem: string,
  axis: string,
  unit: string | undefined,
  unitText: string | undefined,
): ChannelColumn | string {
  const channel = `${stem}${axis}`;
  // A maker's own unit of the field stays as it is.
  if (stem === 'mag') return { channel, factor: toSi(unit, channel) ?? 1 };
  if (unit === undefined)
    return `no unit for ${channel}; write it in the title, as in "${channel} (${stem === 'gyr' ? 'rad/s' : 'm/s^2'})"`;
  const factor = toSi(unit, channel);
  return factor === undefined ? `the unit "${unitText}" of ${channel}` : { channel, factor };
}
