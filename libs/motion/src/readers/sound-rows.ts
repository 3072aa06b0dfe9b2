import type { RecordedSession } from './recorded-session.js';

/** Rows of a file's recording that can be sent on: ascending in time, each time once, every channel a number. */
export interface SoundRows {
  /** s from the first row that is left. */
  readonly timeS: Float64Array;
  readonly channels: Readonly<Record<string, Float64Array>>;
  /** s from the file's first row to the first that is left. */
  readonly lateS: number;
  /** Rows left out, and channels left out because most of their cells are empty. */
  readonly leftOut: number;
  readonly emptyChannels: readonly string[];
}

/** A channel with fewer numbers than this share is as good as empty. */
const leastFilled = 0.5;

/** Puts the rows in order of time and leaves out what repeats or is incomplete; holes stay holes in the times. */
export function soundRows({ timeS, channels }: Pick<RecordedSession, 'timeS' | 'channels'>): SoundRows {
  const rows = timeS.length;
  const filled = ([, column]: [string, Float64Array]) =>
    column.reduce((sum, value) => sum + (Number.isFinite(value) ? 1 : 0), 0) >= leastFilled * rows;
  const kept = Object.entries(channels).filter(filled);
  const emptyChannels = Object.keys(channels).filter((name) => !kept.some(([other]) => other === name));
  const whole = (row: number) =>
    Number.isFinite(timeS[row]!) && kept.every(([, column]) => Number.isFinite(column[row]!));
  const order = Array.from({ length: rows }, (_, row) => row)
    .filter(whole)
    .sort((a, b) => timeS[a]! - timeS[b]! || a - b)
    .filter((row, i, all) => i === 0 || timeS[row]! > timeS[all[i - 1]!]!);
  const first = timeS[order[0] ?? 0] ?? 0;
  return {
    timeS: Float64Array.from(order, (row) => timeS[row]! - first),
    channels: Object.fromEntries(
      kept.map(([name, column]) => [name, Float64Array.from(order, (row) => column[row]!)]),
    ),
    lateS: first,
    leftOut: rows - order.length,
    emptyChannels,
  };
}
