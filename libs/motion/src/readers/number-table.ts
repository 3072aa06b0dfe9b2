import {
  carriageReturn,
  type CellForm,
  newline,
  readCell,
  readQuickCell,
  shortCell,
  space,
} from './number-cell.js';

/** How numbers are written in a table. */
export interface TableLayout {
  /** Byte offset of the first row of numbers. */
  readonly start: number;
  /** Code of the character between two cells. */
  readonly separator: number;
  /** Code of the decimal mark. */
  readonly decimal: number;
  readonly columns: number;
}

export interface NumberTable {
  readonly columns: Float64Array[];
  readonly rows: number;
  /** Cells that hold something that is no number. */
  readonly strange: number;
  /** Rows that were left out because they have another number of cells. */
  readonly ragged: number;
  /** Rows with more cells than columns, an empty one at the end aside; what they say of the columns is doubtful. */
  readonly wide: number;
}

export const tooWide =
  'more cells in a row than column names (decimal commas, or commas between thousands, where commas part the cells?)';

/**
 * Reads rows of numbers straight from the bytes, one array a column. An empty cell is NaN. Up to 15 digits the value is that of Number(), since
 * digits and power of ten are exact; longer ones go through Number().
 */
export function readNumbers(bytes: Uint8Array, layout: TableLayout): NumberTable {
  const { separator, decimal, columns, start } = layout;
  const end = bytes.length;
  const words = new DataView(bytes.buffer, bytes.byteOffset, end);
  const form: CellForm = { separator, decimal, strange: 0 };
  let room = rowsAbout(bytes, start);
  // Column after column, and one place for cells beyond the last: one array, since which of many to write to costs more than to write.
  let values: Float64Array = new Float64Array(room * columns + 1);
  let row = 0;
  let ragged = 0;
  let wide = 0;
  let at = start;
  while (at < end) {
    if (row === room) {
      values = enlarged(values, columns, room);
      room *= 2;
    }
    const from = at;
    const strange = form.strange;
    const beyond = room * columns;
    let column = 0;
    for (;;) {
      const slot = column < columns ? column * room + row : beyond;
      const quick = at + shortCell < end;
      const to = quick ? readQuickCell(bytes, words, at, values, slot, separator, decimal) : -1;
      at = to >= 0 ? to : readCell(bytes, at, end, values, slot, form);
      column++;
      if (at >= end || bytes[at] !== separator) break;
      at++;
    }
    const empty = column === 1 && blank(bytes, from, at);
    at = nextLine(bytes, at);
    if (column >= columns && !empty) {
      row++;
      if (column > columns + 1 || (column > columns && !Number.isNaN(values[beyond]!))) wide++;
    } else {
      // A row with too few cells was cut short, as the last line of a broken transfer.
      if (!empty) ragged++;
      form.strange = strange;
    }
  }
  const column = (_: unknown, k: number) => values.subarray(k * room, k * room + row);
  return { columns: Array.from({ length: columns }, column), rows: row, strange: form.strange, ragged, wide };
}

/** Behind the end of the line at `at`. */
function nextLine(bytes: Uint8Array, at: number): number {
  const to = bytes[at] === carriageReturn ? at + 1 : at;
  return bytes[to] === newline ? to + 1 : to;
}

/** Whether a line holds nothing but blanks. */
function blank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== space) return false;
  return true;
}

/** Rows to expect, from the length of the first line, with a little to spare. */
function rowsAbout(bytes: Uint8Array, start: number): number {
  const first = bytes.indexOf(newline, start);
  const line = Math.max(2, (first < 0 ? bytes.length : first) - start);
  return Math.ceil(((bytes.length - start) / line) * 1.1) + 2;
}

/** The same columns with twice the room. */
function enlarged(values: Float64Array, columns: number, room: number): Float64Array {
  const out = new Float64Array(2 * room * columns + 1);
  for (let k = 0; k < columns; k++) out.set(values.subarray(k * room, (k + 1) * room), 2 * k * room);
  return out;
}
