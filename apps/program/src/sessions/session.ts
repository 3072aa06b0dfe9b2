import type { Purpose, ReadingBatch, Segment, SensorKind, Side } from '@coxa/contracts';
import type { Ranges } from './ranges.js';

/** One recording session as the view keeps it. Instants in epoch ms. */
export interface SessionDoc {
  readonly patientId: string;
  readonly deviceId: string;
  readonly sessionId: string;
  readonly kind: SensorKind;
  readonly segment: Segment;
  readonly side: Side;
  readonly position: ReadingBatch['position'];
  readonly purpose: Purpose;
  readonly motion: 'active' | 'passive';
  readonly measuredBy: string;
  /** What pairs it with the session of a sensor worn at once. */
  readonly captureId?: string;
  readonly startedAt: string;
  readonly samples: number;
  /** When its last batch was received; not there in the earliest sessions. */
  readonly heardAt?: string;
  readonly received: Ranges;
  /** Highest sequence, once a batch has said it is the last. */
  readonly last: number | null;
  readonly firstMs: number;
  readonly endMs: number;
  readonly ended: 'last' | 'idle' | 'limit' | null;
  /** A batch has come since the session was last measured. */
  readonly stale: boolean;
}

/** Where a batch lies in the log. */
export interface BatchPlace {
  readonly partition: number;
  readonly offset: number;
}

/** Longest a session may last, ms. */
export const longestSessionMs = 4 * 3_600_000;
/** A session that has not ended by itself ends after this much silence, ms. */
export const idleMs = 60_000;

export const sessionKey = (patientId: string, deviceId: string, sessionId: string): string =>
  `${patientId}/${deviceId}/${sessionId}`;
/** Whose session it is. */
export const patientOf = (session: string): string => session.slice(0, session.indexOf('/'));
export const batchKey = (session: string, sequence: number): string =>
  `batch/${session}/${String(sequence).padStart(10, '0')}`;
export const openKey = (session: string): string => `open/${session}`;
export const docKey = (session: string): string => `session/${session}`;
/** Sessions of one capture lie under one beginning. */
export const capturePrefix = (patientId: string, captureId: string): string =>
  `capture/${patientId}/${captureId}/`;
