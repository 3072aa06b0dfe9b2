/** What the cells of a table look like, and how many of them were no numbers. */
export interface CellForm {
  /** Codes of the character between two cells and of the decimal mark. */
  readonly separator: number;
  readonly decimal: number;
  strange: number;
}

export const newline = 10;
export const carriageReturn = 13;
export const space = 32;
const quote = 34;
const minus = 45;
const plus = 43;

const powers = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);
/** Digits of a whole part that with six decimals are still held exactly. */
const longestWhole = 9;
/** Bytes that the short ways may look at. */
export const shortCell = 24;

const fourZeros = 0x30303030;
const highHalves = 0xf0f0f0f0 | 0;

/** Whether four bytes read at once are digits all: the upper half of each is 3, also with 6 added. */
const areDigits = (word: number): boolean =>
  (word & highHalves) === fourZeros && ((word + 0x06060606) & highHalves) === fourZeros;

/** Four digits read at once (the first in the lowest byte) as a number: two pairs side by side, then the pairs together. */
function fourDigits(word: number): number {
  const digits = word - fourZeros;
  const pairs = digits * 10 + (digits >>> 8);
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}

/** Six digits as a whole number; -1 when one of them is none. */
function sixDigits(bytes: Uint8Array, words: DataView, at: number): number {
  const word = words.getInt32(at, true);
  const tens = bytes[at + 4]! - 48;
  const ones = bytes[at + 5]! - 48;
  if (!areDigits(word) || tens < 0 || tens > 9 || ones < 0 || ones > 9) return -1;
  return fourDigits(word) * 100 + tens * 10 + ones;
}

const endsCell = (code: number, separator: number): boolean =>
  code === separator || code === newline || code === carriageReturn;

/**
 * What most devices write, above all one digit and six decimals: eight bytes are looked at as two words, the mark taken for a zero. Writes the number to
 * values[slot] and answers where the cell ended; -1, and nothing written, for a cell that needs another look. The bytes up to `at + shortCell` must be there.
 */
export function readQuickCell(
  bytes: Uint8Array,
  words: DataView,
  at: number,
  values: Float64Array,
  slot: number,
  separator: number,
  decimal: number,
): number {
  const sign = bytes[at] === minus ? 1 : 0;
  const first = at + sign;
  const upper = words.getInt32(first, true) ^ ((decimal ^ 48) << 8);
  const lower = words.getInt32(first + 4, true);
  const to = first + 8;
  const small = (upper & 0xff00) === 0x3000 && areDigits(upper) && areDigits(lower);
  if (!small || !endsCell(bytes[to]!, separator))
    return readShortCell(bytes, words, at, values, slot, separator, decimal);
  const whole = (upper & 0xff) - 48;
  const millionths = whole * 1_000_000 + (fourDigits(upper) - whole * 1000) * 10_000 + fourDigits(lower);
  values[slot] = ((1 - 2 * sign) * millionths) / 1e6;
  return to;
}

/** A whole number of up to 15 digits, or one of up to nine with exactly six decimals; as `readQuickCell`. */
function readShortCell(
  bytes: Uint8Array,
  words: DataView,
  at: number,
  values: Float64Array,
  slot: number,
  separator: number,
  decimal: number,
): number {
  const negative = bytes[at] === minus;
  const first = negative ? at + 1 : at;
  let to = first;
  let upper = 0;
  let word = words.getInt32(to, true);
  for (let fours = 0; fours < 2 && areDigits(word); fours++) {
    upper = upper * 10_000 + fourDigits(word);
    to += 4;
    word = words.getInt32(to, true);
  }
  const from = to;
  let lower = 0;
  let digit = bytes[to]! - 48;
  while (digit >= 0 && digit <= 9 && to < from + 7) {
    lower = lower * 10 + digit;
    digit = bytes[++to]! - 48;
  }
  if (to === first) return -1;
  let value = upper * powers[to - from]! + lower;
  if (digit + 48 === decimal && to <= first + longestWhole) {
    const decimals = sixDigits(bytes, words, to + 1);
    if (decimals < 0) return -1;
    value = (value * 1e6 + decimals) / 1e6;
    to += 7;
  }
  if (!endsCell(bytes[to]!, separator)) return -1;
  values[slot] = negative ? -value : value;
  return to;
}

/** Any plain number of up to 15 digits; all else goes the long way. Answers where the cell ended: at the separator, the end of the line, or `end`. */
export function readCell(
  bytes: Uint8Array,
  from: number,
  end: number,
  values: Float64Array,
  slot: number,
  form: CellForm,
): number {
  const negative = bytes[from] === minus;
  const first = negative ? from + 1 : from;
  let at = first;
  let mantissa = 0;
  let point = -1;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit + 48 === form.decimal && point < 0) point = at;
    else break;
  }
  const digits = at - first - (point < 0 ? 0 : 1);
  const code = at < end ? bytes[at]! : newline;
  const plain = endsCell(code, form.separator);
  if (!plain || digits === 0 || digits > 15) return readOddCell(bytes, from, end, values, slot, form);
  const value = point < 0 ? mantissa : mantissa / powers[at - point - 1]!;
  values[slot] = negative ? -value : value;
  return at;
}

/** Everything that is not plain digits: empty, quoted, with an exponent, many digits, words. */
function readOddCell(
  bytes: Uint8Array,
  from: number,
  end: number,
  values: Float64Array,
  slot: number,
  form: CellForm,
): number {
  let to = from;
  while (to < end && !endsCell(bytes[to]!, form.separator)) to++;
  const text = cellText(bytes, from, to, form.decimal);
  const value = text === '' ? NaN : Number(text);
  values[slot] = Number.isFinite(value) ? value : NaN;
  if (text !== '' && !Number.isFinite(value) && !/^[-+]?(nan|inf(inity)?)$/i.test(text)) form.strange++;
  return to;
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
