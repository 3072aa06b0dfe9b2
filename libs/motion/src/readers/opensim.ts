import { type ReadRecording, type RecordedSession, type RefusedRecording } from './recorded-session.js';
import { readNumbers } from './number-table.js';
import type { TextHead } from './text-head.js';
import { timingOf } from './timing.js';

/** Whether the beginning is that of an OpenSim storage file (.mot, .sto). */
export const looksLikeOpenSim = ({ lines }: TextHead): boolean =>
  lines.some(({ text }) => /^endheader\s*$/i.test(text));

/**
 * OpenSim motion and storage files: hip rotation in joint coordinates as an angle series for each side (OpenSim's hip rotation is positive inward on
 * both), or the orientations of sensors (`DataType=Quaternion`, as OpenSense has them).
 */
export function readOpenSim(bytes: Uint8Array, head: TextHead): ReadRecording | RefusedRecording {
  const { lines } = head;
  const end = lines.findIndex(({ text }) => /^endheader\s*$/i.test(text));
  const title = lines.findIndex(({ text }, i) => i > end && /^\s*time\s/i.test(text));
  if (title < 0)
    return { ok: false, reason: 'an OpenSim file without a line of column names that begins with time' };
  const names = lines[title]!.text.trim().split(/\s+/);
  const header = lines
    .slice(0, end)
    .map(({ text }) => text)
    .join('\n');
  const quaternions = /DataType\s*=\s*Quaternion/i.test(header);
  const rate = Number(/DataRate\s*=\s*([\d.]+)/i.exec(header)?.[1] ?? NaN);
  const body = bytes.subarray(lines[title]!.next);
  // Blanks and tabs both separate cells; a quaternion's own commas become cells too.
  const { columns, rows, strange } = readNumbers(tidy(body), {
    start: 0,
    separator: 44,
    decimal: 46,
    columns: quaternions ? 1 + 4 * (names.length - 1) : names.length,
  });
  if (rows === 0) return { ok: false, reason: 'an OpenSim file without any row' };
  if (strange > 0) return { ok: false, reason: `an OpenSim file with ${strange} cells that are no numbers` };
  const timing = timingOf(rows, undefined, columns[0], rate > 0 ? rate : undefined);
  const inRadians = !quaternions && /inDegrees\s*=\s*no/i.test(header);
  const sessions = quaternions
    ? names.slice(1).map((name, i): RecordedSession => ({
        sensor: name,
        kind: 'orientation',
        ...timing,
        channels: Object.fromEntries(
          ['W', 'X', 'Y', 'Z'].map((axis, k) => [`quat${axis}`, columns[1 + i * 4 + k]!]),
        ),
        notes: [
          "the sensor's own earth axes and its mounting on the segment are not in the file: no angle can be known",
        ],
      }))
    : hipRotations(names, columns, inRadians, timing);
  if (sessions.length === 0)
    return { ok: false, reason: `an OpenSim file without hip rotation; its columns are ${names.join(', ')}` };
  const mot = /\.mot$/i.test(lines[0]!.text) || inRadians || /inDegrees/i.test(header);
  return { ok: true, format: mot && !quaternions ? 'opensim-mot' : 'opensim-sto', sessions };
}

function hipRotations(
  names: readonly string[],
  columns: readonly Float64Array[],
  inRadians: boolean,
  timing: ReturnType<typeof timingOf>,
): RecordedSession[] {
  const factor = inRadians ? 180 / Math.PI : 1;
  return names.flatMap((name, i) => {
    const side = /hip_rotation_([lr])(\/value)?$/i.exec(name)?.[1]?.toLowerCase();
    if (side === undefined) return [];
    const channels = { angleDeg: columns[i]!.map((value) => value * factor) };
    return [
      {
        sensor: `hip-${side === 'l' ? 'left' : 'right'}`,
        kind: 'goniometer',
        ...timing,
        channels,
        notes: [],
      },
    ];
  });
}

/** Runs of blanks and tabs become one comma; those at the ends of a line go. */
function tidy(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let pending = false;
  for (const code of bytes) {
    if (code === 32 || code === 9) {
      pending = length > 0 && out[length - 1] !== 10;
      continue;
    }
    if (pending && code !== 13 && code !== 10 && code !== 44) out[length++] = 44;
    pending = false;
    out[length++] = code;
  }
  return out.subarray(0, length);
}
