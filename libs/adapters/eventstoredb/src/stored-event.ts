import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { EngineError, type StoredEvent } from '@coxa/eventing';

/** In the metadata of an event that was carried over from another store: when that one took it, epoch ms. */
const carriedTime = 'coxa-recorded-at';

/** Metadata of an event that is carried over. */
export const withTime = (
  metadata: Readonly<Record<string, string>>,
  recordedAt: number,
): Record<string, string> => ({ ...metadata, [carriedTime]: String(recordedAt) });

/** What the server keeps, as the engine knows it. */
export function storedEvent({ event }: ResolvedEvent | AllStreamResolvedEvent): StoredEvent {
  if (!event) throw new EngineError('corrupt', 'the event store sent a link to nothing');
  const { id, type, streamId, revision, data, metadata, created, position } = event;
  // All events of one append have their own place, at which they are both prepared and committed.
  const place = Number(position?.commit ?? -1);
  if (place < 0 || !Number.isSafeInteger(place))
    throw new EngineError('corrupt', `the event store does not say where the event ${id} lies`);
  const { [carriedTime]: before, ...rest } = (metadata ?? {}) as Record<string, string>;
  return {
    id,
    type,
    stream: streamId,
    revision: Number(revision),
    position: place,
    data: data instanceof Uint8Array ? data : Buffer.from(JSON.stringify(data)),
    metadata: rest,
    recordedAt: before === undefined ? created.getTime() : Number(before),
  };
}

/** A place among all events as the server writes it. */
export const placeOf = (position: number) => ({ commit: BigInt(position), prepare: BigInt(position) });
