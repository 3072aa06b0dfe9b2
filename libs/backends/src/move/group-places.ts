import type { Place } from './rewriting.js';

/** Where each group goes on in the new partitions, as the messages go by. */
export class GroupPlaces {
  private readonly next = new Map<string, Map<number, number>>();
  private readonly open = new Set<string>();

  /** `committed`: what each group has done with, by the old partition (last done + 1). */
  constructor(private readonly committed: ReadonlyMap<string, ReadonlyMap<number, number>>) {}

  note(from: Place, to: Place): void {
    for (const [group, done] of this.committed) {
      const lane = `${group}/${to.partition}`;
      // What follows something that is not done in a partition is delivered again; it is done once all the same.
      if (from.offset >= (done.get(from.partition) ?? 0)) this.open.add(lane);
      if (this.open.has(lane)) continue;
      const places = this.next.get(group) ?? new Map<number, number>();
      this.next.set(group, places.set(to.partition, to.offset + 1));
    }
  }

  get groups(): ReadonlyMap<string, ReadonlyMap<number, number>> {
    return this.next;
  }
}
