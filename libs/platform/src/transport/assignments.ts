/** Hears which partitions of a topic this process has from now on, before it gets any message of theirs. */
export type OnAssigned = (partitions: readonly number[]) => Promise<void> | void;

const nameOf = (group: string, topic: string) => `${group} ${topic}`;

/** Between the transport and those who keep something in memory about partitions: it may be out of date after each assignment. */
export class Assignments {
  private readonly listeners = new Map<string, OnAssigned[]>();

  /** `topic` is the logical name, as in `consumes`. */
  on(group: string, topic: string, listener: OnAssigned): void {
    const name = nameOf(group, topic);
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }

  async tell(group: string, topic: string, partitions: readonly number[]): Promise<void> {
    for (const listener of this.listeners.get(nameOf(group, topic)) ?? []) await listener(partitions);
  }
}
