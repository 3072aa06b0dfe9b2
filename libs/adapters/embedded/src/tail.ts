/** The newest items in memory, so that followers who keep up need not read them back from the file. */
export class Tail<Item> {
  private items: Item[] = [];

  constructor(
    private readonly place: (item: Item) => number,
    private readonly kept = 1_024,
  ) {}

  /** Adds what has just become durable, in order of place. */
  push(items: readonly Item[]): void {
    for (const item of items) this.items.push(item);
    if (this.items.length > this.kept * 2) this.items = this.items.slice(-this.kept);
  }

  /** Items from `from` on, at most `limit`; undefined when the tail does not reach back that far. */
  read(from: number, limit: number): Item[] | undefined {
    const first = this.items[0];
    if (first === undefined || from < this.place(first)) return undefined;
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.place(this.items[middle]!) < from) low = middle + 1;
      else high = middle;
    }
    return this.items.slice(low, limit < 0 ? undefined : low + limit);
  }
}
