import type { FrameHeader } from './frame.js';
import { oldValueSpans, readOldRecords } from './old-records.js';
import { readRecords, valueSpans } from './records.js';
import type { WantedRecords } from './wanted.js';

/** Adds the records of a checked frame, in whatever form, from `from` on and `limit` in all, to `into`. */
export const readFrameRecords = (
  frames: Buffer,
  at: number,
  frame: FrameHeader,
  lane: { readonly topic: string; readonly partition: number },
  wanted: WantedRecords,
): void => (frame.old ? readOldRecords : readRecords)(frames, at, frame, lane, wanted);

/** Where the values of a frame's records lie. */
export const frameValueSpans = (
  frames: Buffer,
  at: number,
  { old, count }: FrameHeader,
): { readonly start: number; readonly end: number }[] =>
  (old ? oldValueSpans : valueSpans)(frames, at, count);
