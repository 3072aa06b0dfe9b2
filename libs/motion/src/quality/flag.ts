import type { Span } from '../recording/sensor-stream.js';

/** What can be wrong with a recording. */
export type FlagCode =
  | 'gap'
  | 'saturated-gyro'
  | 'low-sample-rate'
  | 'magnetic-disturbance'
  | 'axis-fault'
  | 'unit-fault'
  | 'insufficient-motion'
  | 'wrong-side'
  | 'upside-down'
  | 'streams-exchanged'
  | 'mounting-slip'
  | 'heading-uncertain'
  | 'gyro-scale'
  | 'rejected';

/** One thing that was noticed; without times it holds for the whole recording. `sensor` where one of several is meant. */
export interface Flag extends Partial<Span> {
  readonly code: FlagCode;
  readonly sensor?: string;
}

/** Flags that leave no angle to be believed. */
export const fatalCodes: ReadonlySet<FlagCode> = new Set<FlagCode>([
  'axis-fault',
  'unit-fault',
  'wrong-side',
  'upside-down',
  'streams-exchanged',
  'rejected',
]);
