/** Ends a command with exit code 1 and one line for people. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** The command was used wrongly: exit code 2. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** One JSON document on stdout, nothing else. */
export const printJson = (document: unknown): void =>
  void process.stdout.write(`${JSON.stringify(document)}\n`);

/** Rows as aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A bar on stderr, so that stdout stays for what is piped on. */
export class Progress {
  private last = 0;

  constructor(
    private readonly what: string,
    private readonly total: number,
  ) {}

  show(done: number): void {
    if (!process.stderr.isTTY && done < this.total) return;
    if (done < this.total && performance.now() - this.last < 80) return;
    this.last = performance.now();
    const width = 30;
    const filled = Math.round((done / this.total) * width);
    const end = done >= this.total || !process.stderr.isTTY ? '\n' : '';
    process.stderr.write(
      `\r${this.what} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${this.total}${end}`,
    );
  }
}
