/** What a file's own counter and clock say of its packets. */
export interface PacketCount {
  readonly expected: number;
  readonly received: number;
  readonly lost: number;
  /** Places at which packets are missing. */
  readonly gaps: number;
}

/** One sensor's recording out of a device's file: SI units, names as in a reading batch. */
export interface RecordedSession {
  /** The device's or segment's name as the file has it. */
  readonly sensor: string;
  readonly kind: 'imu' | 'orientation' | 'goniometer';
  readonly sampleRateHz: number;
  /** s from the first row. */
  readonly timeS: Float64Array;
  /** accX-Z m/s², gyrX-Z rad/s, magX-Z as given, quatW-Z, angleDeg; NaN where the file has nothing. */
  readonly channels: Readonly<Record<string, Float64Array>>;
  readonly packets: PacketCount;
  /** Start as the file writes it; RFC 3339 when its clock counts from 1970. */
  readonly startedAt?: string;
  /** What cannot be known from this recording, and why. */
  readonly notes: readonly string[];
}

export type RecordingFormat =
  | 'xsens-dot-csv'
  | 'xsens-mt-text'
  | 'opensim-mot'
  | 'opensim-sto'
  | 'sensor-logger'
  | 'phyphox-csv'
  | 'plain-csv';

export interface ReadRecording {
  readonly ok: true;
  readonly format: RecordingFormat;
  readonly sessions: readonly RecordedSession[];
}

/** A file that is not taken, and what was seen in it. */
export interface RefusedRecording {
  readonly ok: false;
  readonly reason: string;
}

export const noMounting =
  'no angle can be known: how the sensor sat on the body (its mounting) is not in the file, and without it the axes of the leg are not known';
