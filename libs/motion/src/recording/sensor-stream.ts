export type Quaternion = readonly [number, number, number, number];

/** Rows of one sensor as they were recorded. Columns by name, in SI; all of one length. NaN where the device gave nothing. */
export interface SensorStream {
  /** Which body it is on: pelvis, thigh, shank; anything else is kept as a name. */
  readonly sensor: string;
  readonly sampleRateHz: number;
  /** accX-Z m/s², gyrX-Z rad/s, magX-Z µT; `packet` the device's counter; `timeS` seconds. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** Sensor to segment, [w, x, y, z]. */
  readonly mounting?: Quaternion;
}

/** A part of a recording, s from its beginning. */
export interface Span {
  readonly startS: number;
  readonly endS: number;
}
