import { parseInstant, type ReadingBatch } from '@coxa/contracts';
import type { RotationReport } from '@coxa/domain';
import { measureRotation } from '@coxa/motion';
import type { SessionDoc } from './session.js';

/** What a whole session says of rotation. `batches` in order of sequence; the device's mounting counts when the batches state none. */
export function measureSession(
  doc: SessionDoc,
  batches: readonly ReadingBatch[],
  device: { readonly model: string; readonly mounting?: readonly [number, number, number, number] },
): RotationReport {
  const mounting = batches.find((batch) => batch.mounting)?.mounting ?? device.mounting;
  const { kind, segment, side, position, motion, measuredBy } = doc;
  const measured = measureRotation({
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
  });
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
