import { createHash } from 'node:crypto';
import type { LogMessage, StoredEvent } from '@coxa/eventing';

/** What of a message must be the same wherever it lies. */
export type Moved = Pick<LogMessage, 'key' | 'value' | 'headers' | 'appendedAt'>;

const sorted = (flat: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(flat).sort(([a], [b]) => (a < b ? -1 : 1));

const hash = (text: unknown, bytes: Uint8Array): string =>
  createHash('sha256').update(JSON.stringify(text)).update('\n').update(bytes).digest('hex');

/** SHA-256 of a message, wherever it lies. */
export const messageDigest = ({ key, value, headers, appendedAt }: Moved): string =>
  hash([key, sorted(headers), appendedAt], value);

/** SHA-256 of an event; its position among all is another in each store. */
export const eventDigest = ({
  stream,
  revision,
  id,
  type,
  data,
  metadata,
  recordedAt,
}: StoredEvent): string => hash([stream, revision, id, type, sorted(metadata), recordedAt], data);

/** Count and hash of a row of items, as they come. */
export class Tally {
  count = 0;
  private readonly sum = createHash('sha256');

  add(digest: string): void {
    this.count++;
    this.sum.update(digest);
  }

  /** Ends it: nothing may be added afterwards. */
  end(): { readonly count: number; readonly sha256: string } {
    return { count: this.count, sha256: this.sum.digest('hex') };
  }
}
