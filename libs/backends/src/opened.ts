import type { ViewStore } from '@coxa/eventing';
import type { Backends } from '@coxa/platform';

/** What one vendor's adapter brings. */
export interface Opened {
  readonly parts: Partial<Omit<Backends, 'clock' | 'checks'>>;
  /** Keeps the positions that must outlive the views; comes from where the events lie. */
  readonly lasting?: ViewStore;
  /** Asked whenever somebody asks whether the service is ready. */
  readonly checks?: Readonly<Record<string, () => Promise<boolean>>>;
  close(): Promise<void>;
}
