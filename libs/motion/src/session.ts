/** Values of one channel, with whatever array holds them. */
export type Samples = ArrayLike<number>;

/** One batch as the program service hands it over. */
export interface SessionBatch {
  /** Time of the batch's first sample, epoch ms. */
  readonly startedAtMs: number;
  readonly sampleRateHz: number;
  /** Time of each sample after the first, ms; without it samples are evenly spaced. */
  readonly offsetsMs?: Samples;
  readonly channels: Readonly<Record<string, Samples>>;
  readonly scale?: Readonly<Record<string, number>>;
  readonly units?: Readonly<Record<string, string>>;
  readonly marks?: readonly { readonly kind: 'neutral'; readonly fromMs: number; readonly toMs: number }[];
}

/** One recording of one sensor. */
export interface Session {
  readonly kind: 'imu' | 'orientation' | 'goniometer';
  readonly segment: 'pelvis' | 'thigh' | 'shank';
  readonly side: 'left' | 'right';
  readonly position: 'seated' | 'prone' | 'supine' | 'standing';
  /** Sensor to segment, [w, x, y, z]. */
  readonly mounting?: readonly [number, number, number, number];
  /** In order of time. */
  readonly batches: readonly SessionBatch[];
}

/** What a recording says of internal rotation. Angles in degrees, internal positive on both sides. */
export interface RotationMeasurement {
  /** Peak of each complete repetition from neutral zero (standing: from the valley before it). */
  readonly valuesDeg: readonly number[];
  /** One standard error of a single value; null for an instrument that states none. */
  readonly uncertaintyDeg: number | null;
  /** Why no value can be believed; empty when nothing speaks against it. */
  readonly faults: readonly string[];
}
