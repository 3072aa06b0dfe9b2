import { measurers, motions, type ReadingBatch, positions, purposes, segments, sides } from '@coxa/contracts';
import { invalid, readQuery } from '@coxa/platform';

/** What may be said beside a device's file. */
const spec = {
  deviceId: 'text',
  sessionId: 'text',
  captureId: 'text',
  sensor: 'text',
  segment: segments,
  side: sides,
  position: positions,
  purpose: purposes,
  motion: motions,
  measuredBy: measurers,
  startedAt: 'instant',
  mounting: 'text',
  neutral: 'text',
} as const;

export interface RecordingDetails {
  readonly deviceId?: string;
  readonly sessionId?: string;
  readonly captureId?: string;
  /** Which of several sensors in the file. */
  readonly sensor?: string;
  readonly segment?: ReadingBatch['segment'];
  readonly side?: ReadingBatch['side'];
  readonly position?: ReadingBatch['position'];
  readonly purpose?: ReadingBatch['purpose'];
  readonly motion?: NonNullable<ReadingBatch['motion']>;
  readonly measuredBy?: NonNullable<ReadingBatch['measuredBy']>;
  /** As it was told. */
  readonly startedAt?: string;
  readonly mounting?: readonly [number, number, number, number];
  /** Neutral poses, ms from the recording's first sample. */
  readonly neutral?: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** Reads the query, or the fields of a form. @throws ProblemException */
export function recordingDetails(fields: unknown): RecordingDetails {
  const { startedAt, mounting, neutral, ...plain } = readQuery(fields, spec);
  return {
    ...(plain as RecordingDetails),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(mounting === undefined ? {} : { mounting: quaternion(mounting) }),
    ...(neutral === undefined ? {} : { neutral: poses(neutral) }),
  };
}

/** `w,x,y,z`. */
function quaternion(text: string): readonly [number, number, number, number] {
  const parts = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (parts.length !== 4 || !(Math.abs(Math.hypot(...parts) - 1) <= 0.02))
    throw invalid([{ path: '?mounting', code: 'range', message: 'must be a unit quaternion w,x,y,z' }]);
  return parts as unknown as readonly [number, number, number, number];
}

/** `fromMs-toMs`, several with a comma between. */
function poses(text: string): { fromMs: number; toMs: number }[] {
  return text.split(',').map((part) => {
    const [, from, to] = /^\s*(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    const pose = { fromMs: Number(from ?? NaN), toMs: Number(to ?? NaN) };
    if (!(pose.fromMs < pose.toMs))
      throw invalid([
        { path: '?neutral', code: 'range', message: 'must be fromMs-toMs, several with a comma between' },
      ]);
    return pose;
  });
}
