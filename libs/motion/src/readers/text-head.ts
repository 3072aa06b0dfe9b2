/** The beginning of a file as text, line by line, with the byte at which each line begins. */
export interface TextHead {
  readonly lines: readonly { readonly text: string; readonly at: number; readonly next: number }[];
}

const mostLines = 120;

/** Splits the beginning of the bytes into lines (UTF-8, or Latin-1 where it is none); a byte order mark is left out. */
export function headOf(bytes: Uint8Array): TextHead {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const lines = [];
  while (at < bytes.length && lines.length < mostLines) {
    let end = bytes.indexOf(10, at);
    if (end < 0) end = bytes.length;
    const stop = end > at && bytes[end - 1] === 13 ? end - 1 : end;
    const text = textOf(bytes.subarray(at, Math.min(stop, at + 4000)));
    lines.push({ text, at, next: end + 1 });
    at = end + 1;
  }
  return { lines };
}

function textOf(line: Uint8Array): string {
  if (line.every((byte) => byte < 128)) return String.fromCharCode(...line);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return String.fromCharCode(...line);
  }
}

/** Why bytes are no text at all; undefined when they look like text. */
export function notText(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'the file is empty';
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return 'a ZIP archive; unpack it and send the files in it';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'a gzip archive; unpack it first';
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return 'text in UTF-16; save it as UTF-8';
  const probe = bytes.subarray(0, 4096);
  if (probe.includes(0)) return 'binary data, not text';
  if (probe.includes(13) && !probe.includes(10))
    return 'text whose lines end with a carriage return alone; save it with ordinary line ends';
  return undefined;
}

/** Cells of a line: quotes and blanks around them taken off. */
export const cellsOf = (line: string, separator: string): string[] =>
  line.split(separator).map((cell) => cell.trim().replace(/^"|"$/g, '').trim());

/** The separator that gives the most cells. */
export function separatorOf(line: string): string {
  return [',', ';', '\t'].reduce(
    (best, one) => (line.split(one).length > line.split(best).length ? one : best),
    ',',
  );
}
