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

/** Where the reading stands. */
interface Scan {
  readonly bytes: Uint8Array;
  readonly separator: number;
  readonly decimal: number;
  at: number;
  /** Whether the row in hand holds anything. */
  filled: boolean;
  strange: number;
}

/**
 * Reads rows of numbers straight from the bytes, one array a column. An empty cell is NaN. Up to 15 digits the value is that of Number(), since
 * digits and power of ten are exact; longer ones go through Number().
 */
export function readNumbers(bytes: Uint8Array, layout: TableLayout): NumberTable {
  const { separator, decimal, columns, start } = layout;
  const room = countLines(bytes, start) + 1;
  const out = Array.from({ length: columns }, () => new Float64Array(room));
  const beyond = new Float64Array(1);
  const scan: Scan = { bytes, separator, decimal, at: start, filled: false, strange: 0 };
  let row = 0;
  let ragged = 0;
  while (scan.at < bytes.length) {
    scan.filled = false;
    const strange = scan.strange;
    let column = 0;
    let more = true;
    while (more) {
      const known = column < columns;
      readCell(scan, known ? out[column]! : beyond, known ? row : 0);
      column++;
      more = scan.at < bytes.length && bytes[scan.at] === separator;
      if (more) scan.at++;
    }
    while (bytes[scan.at] === carriageReturn) scan.at++;
    if (bytes[scan.at] === newline) scan.at++;
    if (column === 1 && !scan.filled) continue;
    if (column >= columns) {
      row++;
      continue;
    }
    // A row cut short, as the last line of a broken transfer.
    ragged++;
    scan.strange = strange;
  }
  return { columns: out.map((column) => column.subarray(0, row)), rows: row, strange: scan.strange, ragged };
}

/** One cell into into[row]; leaves the scan at the separator or the end of the line. */
function readCell(scan: Scan, into: Float64Array, row: number): void {
  const { bytes, decimal } = scan;
  const end = bytes.length;
  const from = scan.at;
  let at = from;
  const negative = bytes[at] === minus;
  if (negative) at++;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (; at < end; at++) {
    const code = bytes[at]!;
    if (code >= 48 && code <= 57) {
      mantissa = mantissa * 10 + (code - 48);
      digits++;
    } else if (code === decimal && point < 0) point = digits;
    else break;
  }
  scan.at = at;
  if (digits === 0 || digits > 15 || !atEndOfCell(scan)) {
    readOddCell(scan, from, into, row);
    return;
  }
  scan.filled = true;
  const value = point < 0 ? mantissa : mantissa / powers[digits - point]!;
  into[row] = negative ? -value : value;
}

function atEndOfCell({ bytes, at, separator }: Scan): boolean {
  const code = bytes[at];
  return code === separator || code === newline || code === carriageReturn || code === undefined;
}

/** Everything that is not plain digits: empty, quoted, an exponent, many digits, words. */
function readOddCell(scan: Scan, from: number, into: Float64Array, row: number): void {
  while (!atEndOfCell(scan)) scan.at++;
  const text = cellText(scan.bytes, from, scan.at, scan.decimal);
  into[row] = text === '' ? NaN : Number(text);
  if (text === '') return;
  scan.filled = true;
  if (!Number.isFinite(into[row]!) && !/^[-+]?(nan|inf(inity)?)$/i.test(text)) scan.strange++;
  if (!Number.isFinite(into[row]!)) into[row] = NaN;
}

function countLines(bytes: Uint8Array, start: number): number {
  let lines = 0;
  for (let i = bytes.indexOf(newline, start); i >= 0; i = bytes.indexOf(newline, i + 1)) lines++;
  return lines;
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
