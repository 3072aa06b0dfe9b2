import type { SoundBatch } from '@coxa/contracts';
import { LRUCache } from 'lru-cache';

/** So many senders' patterns are kept. */
const kept = 5_000;
/** A sender whose batches differ this often in a row is looked at more rarely: learning costs more than it saves. */
const patience = 4;
const onceIn = 16;

interface Matching {
  match(bytes: Uint8Array, now: number): SoundBatch | undefined;
}

interface Pattern<Template> {
  template: Template | undefined;
  misses: number;
}

/** What was learned of each sender's batches, the newest. */
export class Patterns<Template extends Matching> {
  private readonly senders = new LRUCache<string, Pattern<Template>>({ max: kept });

  /** What the sender's pattern makes of a batch; undefined when there is none or it does not fit. */
  match(sender: string, bytes: Uint8Array, now: number): SoundBatch | undefined {
    const pattern = this.senders.get(sender);
    const batch = pattern?.template?.match(bytes, now);
    if (batch) pattern!.misses = 0;
    return batch;
  }

  /** After a batch that did not fit: learns from it, when that is likely to be worth it. */
  missed(sender: string, learn: () => Template | undefined): void {
    const pattern = this.senders.get(sender) ?? { template: undefined, misses: 0 };
    if (pattern.misses < patience || pattern.misses % onceIn === 0) pattern.template = learn();
    pattern.misses++;
    this.senders.set(sender, pattern);
  }
}
