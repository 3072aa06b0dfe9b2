import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { EngineError, type StoredEvent } from '@coxa/eventing';

/** In the metadata of an event that was carried over from another store: when that one took it, epoch ms. */
const carriedTime = 'coxa-recorded-at';

/** Metadata of an event that is carried over. */
export const withTime = (
  metadata: Readonly<Record<string, string>>,
  recordedAt: number,
): Record<string, string> => ({ ...metadata, [carriedTime]: String(recordedAt) });

/**
 * Where something lies among all events. The prepare position of an event is that of the first of its append: only the commit position is
 * its own. @throws EngineError `corrupt` when the server does not say it
 */
export function positionOf({ event, link, commitPosition }: ResolvedEvent | AllStreamResolvedEvent): number {
  const place = Number(commitPosition ?? (link ?? event)?.position?.commit ?? -1);
  if (place < 0 || !Number.isSafeInteger(place))
    throw new EngineError('corrupt', 'the event store does not say where an event lies');
  return place;
}

/** What the server keeps, as the engine knows it. */
export function storedEvent(resolved: ResolvedEvent | AllStreamResolvedEvent): StoredEvent {
  const { event } = resolved;
  if (!event) throw new EngineError('corrupt', 'the event store sent a link to nothing');
  const { id, type, streamId, revision, data, metadata, created } = event;
  const { [carriedTime]: before, ...rest } = (metadata ?? {}) as Record<string, string>;
  return {
    id,
    type,
    stream: streamId,
    revision: Number(revision),
    position: positionOf(resolved),
    data: data instanceof Uint8Array ? data : Buffer.from(JSON.stringify(data)),
    metadata: rest,
    recordedAt: before === undefined ? created.getTime() : Number(before),
  };
}

/** A place among all events as the server writes it. */
export const placeOf = (position: number) => ({ commit: BigInt(position), prepare: BigInt(position) });
