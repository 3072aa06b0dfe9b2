import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { withServer } from '../client.js';
import { CommandFailed, printJson, Progress, WrongUse } from '../output.js';

const chunk = 500;

interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Splits one CSV line; fields may be quoted, a quote within is doubled (RFC 4180). */
export function splitCsv(line: string, separator = ','): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i]!;
    if (quoted && letter === '"' && line[i + 1] === '"') cell += line[++i];
    else if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell];
}

const numbers = new Set([
  'pain.now',
  'pain.worst',
  'pain.duringExercise',
  'pain.nextMorning',
  'understanding',
  'session.holdSeconds',
]);
const booleans = new Set(['controllable', 'feltTarget', 'improving']);

/** A row of a check-in CSV, whose columns are named by their place in a check-in (`pain.now`, `session.kind`), as a check-in. */
export function checkInOf(
  columns: readonly string[],
  cells: readonly string[],
  line: number,
): Record<string, unknown> {
  const checkIn: Record<string, unknown> = {};
  columns.forEach((column, index) => {
    const text = cells[index]?.trim() ?? '';
    if (text === '') return;
    const value = numbers.has(column)
      ? Number(text)
      : booleans.has(column)
        ? text === 'true'
        : column === 'flags'
          ? text.split(' ')
          : text;
    const [first, second] = column.split('.') as [string, string?];
    if (second === undefined) checkIn[first] = value;
    else checkIn[first] = { ...(checkIn[first] as object | undefined), [second]: value };
  });
  return {
    id: `import-${createHash('sha256')
      .update(`${line}/${cells.join('\u0000')}`)
      .digest('hex')
      .slice(0, 24)}`,
    ...checkIn,
  };
}

/** @throws CommandFailed when the file cannot be read */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new CommandFailed(`${path} ${why}`, { cause });
  }
}

/** Imports check-ins from a plain CSV. The same file again changes nothing. */
export const importFile = (
  path: string,
  { token, json }: { token?: string; json?: boolean },
): Promise<void> => {
  if (!token)
    throw new WrongUse(
      'importing needs a clinician\'s token: --token "$(npx coxa token --role clinician --subject <you>)"',
    );
  return withServer(async (client) => {
    const [first, ...lines] = textOf(path)
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .map((text, index) => ({ text, line: index + 1 }))
      .filter(({ text }) => text.trim() !== '');
    const header = first?.text;
    // Where the comma is the decimal sign, spreadsheets separate by semicolons.
    const separator = header?.includes(';') && !header.includes(',') ? ';' : ',';
    const columns = splitCsv(header ?? '', separator).map((column) => column.trim());
    for (const needed of ['patientId', 'at', 'pain.now'])
      if (!columns.includes(needed))
        throw new CommandFailed(
          `${basename(path)} has no column ${needed}; its first line is: ${(header ?? '').slice(0, 200)}`,
        );
    const checkIns = lines.map(({ text, line }) => checkInOf(columns, splitCsv(text, separator), line));
    const progress = new Progress(`importing ${basename(path)}`, checkIns.length);
    const sum = { accepted: 0, duplicates: 0, rejected: [] as { line: number; errors: Fault[] }[] };
    for (let from = 0; from < checkIns.length; from += chunk) {
      const answer = await client.call<{
        accepted: number;
        duplicates: number;
        rejected: { index: number; errors: Fault[] }[];
      }>(token, 'POST', '/v1/check-ins', checkIns.slice(from, from + chunk));
      sum.accepted += answer.accepted;
      sum.duplicates += answer.duplicates;
      sum.rejected.push(
        ...answer.rejected.map(({ index, errors }) => ({ line: lines[from + index]!.line, errors })),
      );
      progress.show(Math.min(from + chunk, checkIns.length));
    }
    if (json) printJson(sum);
    else {
      console.log(`${sum.accepted} taken, ${sum.duplicates} known already, ${sum.rejected.length} refused`);
      for (const { line, errors } of sum.rejected)
        for (const { path: place, message } of errors)
          console.log(`  line ${line}: ${place.replace(/^\/\d+\//, '').replaceAll('/', '.')} ${message}`);
    }
    if (sum.rejected.length > 0) process.exitCode = 1;
  });
};
