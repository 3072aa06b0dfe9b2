import type { ReadingBatch } from './reading.js';
import { parseInstant } from './time.js';

/** What taking a batch in needs to know of it. */
export interface BatchHeader {
  readonly deviceId: string;
  /** Whose it is said to be. */
  readonly patientId?: string | undefined;
  readonly sessionId: string;
  /** Both in one, see `sessionKeyOf`. */
  readonly session: string;
  readonly sequence: number;
  /** Epoch ms. */
  readonly startedAt: number;
}

/** A batch of good form, whoever sent it. */
export interface SoundBatch extends BatchHeader {
  /** As the log keeps it. */
  readonly bytes: Uint8Array;
}

/** What a session is called among all: two devices may give theirs the same name. */
export const sessionKeyOf = ({ deviceId, sessionId }: Pick<ReadingBatch, 'deviceId' | 'sessionId'>): string =>
  `${deviceId}/${sessionId}`;

/** The header of a batch that was checked. */
export function headerOf(batch: ReadingBatch): BatchHeader {
  const { deviceId, patientId, sessionId, sequence, startedAt } = batch;
  const session = sessionKeyOf(batch);
  return { deviceId, patientId, sessionId, session, sequence, startedAt: parseInstant(startedAt)! };
}
