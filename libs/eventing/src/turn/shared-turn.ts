import type { MessageLog } from '../ports/message-log.js';
import { Wakeups } from '../util/wakeups.js';
import type { Turn } from './turn.js';

/**
 * The turn goes with the only partition of a topic: the member of the group that has it has the turn, and when it falls silent the log gives
 * it to another. A process that was held up may for a moment not know that it lost it; what it writes then is refused by the views, which
 * know where they stand, and events are told apart by their ids.
 */
export class SharedTurn implements Turn {
  private asked = false;
  private held = false;
  private lost = new AbortController();
  private readonly wakeups = new Wakeups();

  constructor(
    private readonly log: MessageLog,
    private readonly topic: string,
    private readonly group: string,
  ) {}

  get settled(): boolean {
    return this.asked;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { log, topic, group } = this;
    const onAssigned = (partitions: readonly unknown[]) => this.given(partitions.length > 0);
    // Another may hear that it has the turn before this one hears that it has lost it.
    const onRevoked = () => this.given(false);
    try {
      await log.consume({ group, topics: [topic], signal, onAssigned, onRevoked }, ({ messages, commit }) =>
        commit(messages.at(-1)!.offset + 1),
      );
    } finally {
      this.given(false);
    }
  }

  async whileHeld(signal: AbortSignal, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      if (this.held) await task(AbortSignal.any([signal, this.lost.signal]));
      else await this.wakeups.next(signal).woken;
    }
  }

  /** Each time it is given counts as new: somebody else may have had it in between. */
  private given(held: boolean): void {
    this.asked = true;
    this.lost.abort();
    this.lost = new AbortController();
    this.held = held;
    this.wakeups.wake();
  }
}
