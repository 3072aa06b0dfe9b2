import type { TypedColumn } from './cbor-typed-array.js';
import type { BodyPosition, measurers, motions, Purpose, Segment, SensorKind, Side } from './codes.js';

/** A column as JSON or CBOR brought it. Values times `scale` are in the unit that the batch states (SI when it states none). */
export type Column = TypedColumn | readonly number[];

/** One batch of samples of one sensor. Times in ms; `startedAt` is that of this batch's first sample, offsets count from it. */
export interface ReadingBatch {
  readonly deviceId: string;
  readonly patientId?: string;
  readonly sessionId: string;
  readonly sequence: number;
  readonly kind: SensorKind;
  readonly segment: Segment;
  readonly side: Side;
  readonly position: BodyPosition;
  readonly purpose: Purpose;
  readonly startedAt: string;
  readonly sampleRateHz: number;
  readonly offsetsMs?: Column;
  readonly channels: Readonly<Record<string, Column>>;
  readonly scale?: Readonly<Record<string, number>>;
  readonly last?: boolean;
  readonly captureId?: string;
  readonly motion?: (typeof motions)[number];
  readonly measuredBy?: (typeof measurers)[number];
  readonly mounting?: readonly [number, number, number, number];
  readonly units?: Readonly<Record<string, string>>;
  readonly marks?: readonly { readonly kind: 'neutral'; readonly fromMs: number; readonly toMs: number }[];
  readonly packets?: Column;
}
