import { type ReadRecording, type RefusedRecording } from './recorded-session.js';
import { noMounting } from './recorded-session.js';
import { epochStart } from './file-start.js';
import { readNumbers } from './number-table.js';
import { cellsOf, type TextHead } from './text-head.js';
import { timingOf } from './timing.js';

/** Whether the beginning is that of one CSV of the Sensor Logger app: `time` (ns since 1970) and `seconds_elapsed` come first. */
export const looksLikeSensorLogger = ({ lines }: TextHead): boolean =>
  /^"?time"?,"?seconds_elapsed"?,/.test(lines[0]?.text ?? '');

/** One CSV of Sensor Logger. It writes one file for each sensor, so only the orientation is complete in itself. */
export function readSensorLogger(
  bytes: Uint8Array,
  { lines }: TextHead,
  filename: string | undefined,
): ReadRecording | RefusedRecording {
  const names = cellsOf(lines[0]!.text, ',');
  const { columns, rows } = readNumbers(bytes, {
    start: lines[0]!.next,
    separator: 44,
    decimal: 46,
    columns: names.length,
  });
  const column = (name: string) => columns[names.indexOf(name)];
  const quats = ['w', 'x', 'y', 'z'].map((axis) => column(`q${axis}`));
  if (quats.some((part) => part === undefined))
    return {
      ok: false,
      reason: `one sensor of a Sensor Logger recording${filename ? ` (${filename})` : ''}: it needs TotalAcceleration and Gyroscope together; export as JSON, or send Orientation.csv`,
    };
  if (rows < 2) return { ok: false, reason: 'a Sensor Logger file without samples' };
  const channels = Object.fromEntries(quats.map((part, k) => [`quat${'WXYZ'[k]!}`, part!]));
  return {
    ok: true,
    format: 'sensor-logger',
    sessions: [
      {
        sensor: 'phone',
        kind: 'orientation',
        ...timingOf(rows, undefined, column('seconds_elapsed'), undefined),
        ...startOf((column('time')?.[0] ?? NaN) * 1e-9),
        channels,
        notes: [noMounting],
      },
    ],
  };
}

/** When it began, from seconds since 1970. */
const startOf = (seconds: number | undefined): { startedAt?: string } => {
  const startedAt = epochStart(seconds);
  return startedAt === undefined ? {} : { startedAt };
};

interface LoggedRow {
  readonly sensor: string;
  readonly time: number;
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
}

/** The JSON export of Sensor Logger: one array with the rows of all sensors; the gyroscope's times count, the acceleration is read off at them. */
export function readSensorLoggerJson(rows: readonly unknown[]): ReadRecording | RefusedRecording {
  const of = (name: string) =>
    (
      rows as readonly {
        sensor?: string;
        time?: string | number;
        values?: LoggedRow;
        x?: unknown;
        y?: unknown;
        z?: unknown;
      }[]
    )
      .filter(({ sensor }) => sensor === name)
      .map(({ time, values, x, y, z }) => {
        const at = values ?? { x, y, z };
        return [Number(time) * 1e-9, Number(at.x), Number(at.y), Number(at.z)] as const;
      })
      .filter((row) => row.every((value) => Number.isFinite(value)))
      .sort((a, b) => a[0] - b[0]);
  const gyr = of('Gyroscope');
  const acc = of('TotalAcceleration');
  if (gyr.length < 2 || acc.length < 2) {
    const seen = [...new Set((rows as readonly { sensor?: string }[]).map(({ sensor }) => sensor ?? '?'))];
    return {
      ok: false,
      reason: `a Sensor Logger recording without TotalAcceleration and Gyroscope; it has ${seen.slice(0, 8).join(', ')}`,
    };
  }
  const first = gyr[0]![0];
  const timing = timingOf(
    gyr.length,
    undefined,
    Float64Array.from(gyr, ([t]) => t - first),
    undefined,
  );
  const channels: Record<string, Float64Array> = {};
  (['X', 'Y', 'Z'] as const).forEach((axis, k) => {
    channels[`gyr${axis}`] = Float64Array.from(gyr, (row) => row[k + 1]!);
    let i = 0;
    channels[`acc${axis}`] = Float64Array.from(gyr, ([t]) => {
      while (i + 2 < acc.length && acc[i + 1]![0] <= t) i++;
      const [a, b] = [acc[i]!, acc[i + 1]!];
      const share = Math.max(0, Math.min(1, (t - a[0]) / (b[0] - a[0] || 1)));
      return a[k + 1]! + share * (b[k + 1]! - a[k + 1]!);
    });
  });
  return {
    ok: true,
    format: 'sensor-logger',
    sessions: [
      {
        sensor: 'phone',
        kind: 'imu',
        ...timing,
        ...startOf(first),
        channels,
        notes: [noMounting],
      },
    ],
  };
}
