import type { Backends } from '@coxa/platform';

/** What one vendor's adapter brings. */
export interface Opened {
  readonly parts: Partial<Omit<Backends, 'clock' | 'checks'>>;
  /** Asked whenever somebody asks whether the service is ready. */
  readonly checks?: Readonly<Record<string, () => Promise<boolean>>>;
  close(): Promise<void>;
}
