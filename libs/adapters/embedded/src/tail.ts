/** The newest items in memory, so that followers who keep up need not read them back from the file. Bounded by number and by size. */
export class Tail<Item> {
  private items: Item[] = [];
  private bytes = 0;

  constructor(
    private readonly place: (item: Item) => number,
    private readonly sizeOf: (item: Item) => number,
    private readonly keptBytes = 2 * 1024 * 1024,
    private readonly kept = 128,
  ) {}

  /** Adds what has just become durable, in order of place. */
  push(items: readonly Item[]): void {
    for (const item of items) {
      this.items.push(item);
      this.bytes += this.sizeOf(item);
    }
    if (this.items.length > this.kept * 2 || this.bytes > this.keptBytes * 2) this.shorten();
  }

  /** Items from `from` on, at most `limit` and about `maxBytes`; undefined when the tail does not reach back that far. */
  read(from: number, limit: number, maxBytes = Infinity): Item[] | undefined {
    const first = this.items[0];
    if (first === undefined || from < this.place(first)) return undefined;
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.place(this.items[middle]!) < from) low = middle + 1;
      else high = middle;
    }
    const wanted = this.items.slice(low, limit < 0 ? undefined : low + limit);
    if (this.bytes <= maxBytes) return wanted;
    let bytes = 0;
    const fitting = wanted.findIndex((item) => (bytes += this.sizeOf(item)) > maxBytes);
    return fitting < 0 ? wanted : wanted.slice(0, Math.max(1, fitting));
  }

  /** Forgets everything: what comes next may not follow on what was there. */
  clear(): void {
    this.items = [];
    this.bytes = 0;
  }

  private shorten(): void {
    let keep = 0;
    let bytes = 0;
    while (keep < this.kept && keep < this.items.length) {
      bytes += this.sizeOf(this.items[this.items.length - 1 - keep]!);
      if (bytes > this.keptBytes) break;
      keep++;
    }
    this.items = keep === 0 ? [] : this.items.slice(-keep);
    this.bytes = this.items.reduce((sum, item) => sum + this.sizeOf(item), 0);
  }
}
