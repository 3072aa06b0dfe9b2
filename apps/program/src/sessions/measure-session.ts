import { parseInstant, type ReadingBatch } from '@coxa/contracts';
import type { RotationReport } from '@coxa/domain';
import { measurePair, measureRotation, type Session } from '@coxa/motion';
import type { SessionDoc } from './session.js';

/** A session with all its batches, in order of sequence. */
export interface WholeSession {
  readonly doc: SessionDoc;
  readonly batches: readonly ReadingBatch[];
  /** As registered: its mounting counts when the batches state none. */
  readonly device: {
    readonly model: string;
    readonly mounting?: readonly [number, number, number, number];
  };
}

/**
 * What a whole session says of rotation. Standing, a thigh's sensor alone cannot tell it: the pelvis's that was worn at once is needed. In all other positions gravity
 * tells it, and better than a second sensor would.
 */
export function measureSession(session: WholeSession, pelvis?: WholeSession): RotationReport {
  const { doc, device } = session;
  const { side, position, motion, measuredBy, kind } = doc;
  const measured = pelvis
    ? measurePair(motionSession(session), motionSession(pelvis))
    : measureRotation(motionSession(session));
  return {
    id: `session/${doc.deviceId}/${doc.sessionId}`,
    at: doc.startedAt,
    series: {
      side,
      position,
      motion,
      instrument: device.model,
      measuredBy,
    },
    ...(kind === 'goniometer' ? { goniometer: true as const } : {}),
    ...measured,
  };
}

function motionSession({ doc, batches, device }: WholeSession): Session {
  const { kind, segment, side, position } = doc;
  const mounting = batches.find((batch) => batch.mounting)?.mounting ?? device.mounting;
  return {
    kind,
    segment,
    side,
    position,
    ...(mounting ? { mounting } : {}),
    batches: batches.map(({ startedAt, sampleRateHz, channels, offsetsMs, scale, units, marks }) => ({
      startedAtMs: parseInstant(startedAt)!,
      sampleRateHz,
      channels,
      ...(offsetsMs ? { offsetsMs } : {}),
      ...(scale ? { scale } : {}),
      ...(units ? { units } : {}),
      ...(marks ? { marks } : {}),
    })),
  };
}
