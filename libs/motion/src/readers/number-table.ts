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
}

const powers = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);
const newline = 10;
const carriageReturn = 13;
const quote = 34;
const space = 32;
const minus = 45;
const plus = 43;

/**
 * Reads rows of numbers straight from the bytes, one array a column. An empty cell is NaN. Up to 15 digits the value is that of Number(), since
 * digits and power of ten are exact; longer ones go through Number().
 */
export function readNumbers(bytes: Uint8Array, layout: TableLayout): NumberTable {
  const { separator, decimal, columns, start } = layout;
  const end = bytes.length;
  let room = rowsAbout(bytes, start);
  let out: Float64Array[] = Array.from({ length: columns }, () => new Float64Array(room));
  const beyond = new Float64Array(1);
  const odd: OddCells = { separator, decimal, strange: 0 };
  let row = 0;
  let ragged = 0;
  let at = start;
  while (at < end) {
    if (row === room) {
      room *= 2;
      out = out.map((column) => enlarged(column, room));
    }
    const from = at;
    const strange = odd.strange;
    let column = 0;
    for (;;) {
      at = readCell(
        bytes,
        at,
        end,
        column < columns ? out[column]! : beyond,
        column < columns ? row : 0,
        odd,
      );
      column++;
      if (at >= end || bytes[at] !== separator) break;
      at++;
    }
    const empty = column === 1 && blank(bytes, from, at);
    if (at < end && bytes[at] === carriageReturn) at++;
    if (at < end && bytes[at] === newline) at++;
    if (column >= columns && !empty) row++;
    else {
      // A row with too few cells was cut short, as the last line of a broken transfer.
      if (!empty) ragged++;
      odd.strange = strange;
    }
  }
  return { columns: out.map((column) => column.subarray(0, row)), rows: row, strange: odd.strange, ragged };
}

interface OddCells {
  readonly separator: number;
  readonly decimal: number;
  strange: number;
}

/** Digits of a whole part that surely fit 31 bits, which is much faster than a double. */
const shortWhole = 9;

/** One cell from `from` on into into[row]; answers where it ended: at the separator, the end of the line, or `end`. */
function readCell(
  bytes: Uint8Array,
  from: number,
  end: number,
  into: Float64Array,
  row: number,
  odd: OddCells,
): number {
  // What most devices write: a short whole number, or one with exactly six decimals.
  if (from + shortWhole + 9 < end) {
    const negative = bytes[from] === minus;
    const first = negative ? from + 1 : from;
    let at = first;
    const stop = at + shortWhole;
    let whole = 0;
    let digit = bytes[at]! - 48;
    while (digit >= 0 && digit <= 9 && at < stop) {
      whole = whole * 10 + digit;
      digit = bytes[++at]! - 48;
    }
    if (digit + 48 === odd.decimal) {
      const decimals = sixDigits(bytes, at + 1);
      const code = bytes[at + 7]!;
      if (decimals >= 0 && (code === odd.separator || code === newline || code === carriageReturn)) {
        const value = (whole * 1e6 + decimals) / 1e6;
        into[row] = negative ? -value : value;
        return at + 7;
      }
    } else if (at > first && endsCell(digit + 48, odd.separator)) {
      into[row] = negative ? -whole : whole;
      return at;
    }
  }
  return readLongCell(bytes, from, end, into, row, odd);
}

const endsCell = (code: number, separator: number): boolean =>
  code === separator || code === newline || code === carriageReturn;

/** Six digits as a whole number; -1 when one of them is none. */
function sixDigits(bytes: Uint8Array, at: number): number {
  const a = bytes[at]! - 48;
  const b = bytes[at + 1]! - 48;
  const c = bytes[at + 2]! - 48;
  const d = bytes[at + 3]! - 48;
  const e = bytes[at + 4]! - 48;
  const f = bytes[at + 5]! - 48;
  // A byte below "0" is negative; one above "9" reaches 16 or more with 6 added.
  if ((a | b | c | d | e | f) < 0 || ((a + 6) | (b + 6) | (c + 6) | (d + 6) | (e + 6) | (f + 6)) > 15)
    return -1;
  return ((((a * 10 + b) * 10 + c) * 10 + d) * 10 + e) * 10 + f;
}

/** Any plain number of up to 15 digits; all else goes the long way. */
function readLongCell(
  bytes: Uint8Array,
  from: number,
  end: number,
  into: Float64Array,
  row: number,
  odd: OddCells,
): number {
  const negative = bytes[from] === minus;
  const first = negative ? from + 1 : from;
  let at = first;
  let mantissa = 0;
  let point = -1;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit + 48 === odd.decimal && point < 0) point = at;
    else break;
  }
  const digits = at - first - (point < 0 ? 0 : 1);
  const code = at < end ? bytes[at]! : newline;
  const plain = code === odd.separator || code === newline || code === carriageReturn;
  if (!plain || digits === 0 || digits > 15) return readOddCell(bytes, from, end, into, row, odd);
  const value = point < 0 ? mantissa : mantissa / powers[at - point - 1]!;
  into[row] = negative ? -value : value;
  return at;
}

/** Everything that is not plain digits: empty, quoted, with an exponent, many digits, words. */
function readOddCell(
  bytes: Uint8Array,
  from: number,
  end: number,
  into: Float64Array,
  row: number,
  odd: OddCells,
): number {
  let to = from;
  while (to < end && bytes[to] !== odd.separator && bytes[to] !== newline && bytes[to] !== carriageReturn)
    to++;
  const text = cellText(bytes, from, to, odd.decimal);
  const value = text === '' ? NaN : Number(text);
  into[row] = Number.isFinite(value) ? value : NaN;
  if (text !== '' && !Number.isFinite(value) && !/^[-+]?(nan|inf(inity)?)$/i.test(text)) odd.strange++;
  return to;
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

function enlarged(column: Float64Array, room: number): Float64Array {
  const out = new Float64Array(room);
  out.set(column);
  return out;
}

/** A cell as Number() would want it: no quotes, no blanks, a point for the decimal mark. */
function cellText(bytes: Uint8Array, from: number, to: number, decimal: number): string {
  let text = '';
  for (let i = from; i < to; i++) {
    const code = bytes[i]!;
    if (code === quote || code === space || code === plus) continue;
    text += code === decimal ? '.' : String.fromCharCode(code);
  }
  return text;
}
