import { readNumbers } from './number-table.js';
import { noMounting, type ReadRecording, type RefusedRecording } from './recorded-session.js';
import { quaternionsOfMatrices } from './rotation-to-quaternion.js';
import { cellsOf, type TextHead } from './text-head.js';
import { microseconds, timingOf } from './timing.js';

const axes = ['X', 'Y', 'Z'] as const;
const tab = 9;

/** Whether the beginning is that of an Xsens MT Manager text export. */
export const looksLikeMt = ({ lines }: TextHead): boolean =>
  /^\/\//.test(lines[0]?.text ?? '') && lines.some(({ text }) => /^PacketCounter\t/.test(text));

/** Xsens MT text: tab separated, columns by name (the matrix's order differs from file to file), sensor to earth with z up. */
export function readMt(bytes: Uint8Array, { lines }: TextHead): ReadRecording | RefusedRecording {
  const title = lines.findIndex(({ text }) => /^PacketCounter\t/.test(text));
  const names = cellsOf(lines[title]!.text, '\t');
  const { columns, rows, strange } = readNumbers(bytes, {
    start: lines[title]!.next,
    separator: tab,
    decimal: 46,
    columns: names.length,
  });
  if (rows === 0) return { ok: false, reason: 'an Xsens MT export without any sample' };
  if (strange > rows * 0.05)
    return { ok: false, reason: `an Xsens MT export with ${strange} cells that are no numbers` };
  const column = (name: string) => {
    const found = columns[names.indexOf(name)];
    return found?.some((value) => Number.isFinite(value)) ? found : undefined;
  };
  const channels = channelsOf(column, rows);
  const notes = [noMounting];
  if (channels['accX'] && gravityIsOff(channels)) {
    for (const axis of axes) delete channels[`acc${axis}`];
    notes.unshift('the acceleration in the file has gravity taken off and cannot be used for orientation');
  }
  if (!channels['quatW'] && !channels['gyrX'])
    return {
      ok: false,
      reason: `an Xsens MT export without orientation or gyroscope; its columns are ${names.join(', ')}`,
    };
  const rate = Number(/Update Rate:\s*([\d.]+)/i.exec(lines.map(({ text }) => text).join('\n'))?.[1] ?? NaN);
  const clock = microseconds(column('SampleTimeFine'));
  const timing = timingOf(
    rows,
    column('PacketCounter'),
    clock,
    clock === undefined && rate > 0 ? rate : undefined,
  );
  return {
    ok: true,
    format: 'xsens-mt-text',
    sessions: [
      {
        sensor: 'sensor',
        kind: channels['gyrX'] && channels['accX'] ? 'imu' : 'orientation',
        ...timing,
        channels,
        notes,
      },
    ],
  };
}

/** Accelerometer, gyroscope, magnetometer, and the matrix as a quaternion, whatever of it there is. */
function channelsOf(
  column: (name: string) => Float64Array | undefined,
  rows: number,
): Record<string, Float64Array> {
  const channels: Record<string, Float64Array> = {};
  for (const name of ['Acc', 'Gyr', 'Mag'])
    for (const axis of axes) {
      const values = column(`${name}_${axis}`);
      if (values) channels[name.toLowerCase() + axis] = values;
    }
  const matrix = [1, 2, 3].map((i) => [1, 2, 3].map((j) => column(`Mat[${i}][${j}]`)));
  if (matrix.flat().every((element) => element !== undefined))
    quaternionsOfMatrices(matrix as Float64Array[][], rows).forEach(
      (part, k) => (channels[`quat${'WXYZ'[k]!}`] = part),
    );
  return channels;
}

/** Half of all samples far under 1 g: no sensor on a standing, sitting or walking person measures that. */
function gravityIsOff(channels: Readonly<Record<string, Float64Array>>): boolean {
  const norms = channels['accX']!.map((x, i) =>
    Math.hypot(x, channels['accY']![i]!, channels['accZ']![i]!),
  ).sort();
  return norms[norms.length >> 1]! < 5;
}
