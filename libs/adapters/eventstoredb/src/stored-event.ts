import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { EngineError, type StoredEvent } from '@coxa/eventing';

/** What the server keeps, as the engine knows it. */
export function storedEvent({ event }: ResolvedEvent | AllStreamResolvedEvent): StoredEvent {
  if (!event) throw new EngineError('corrupt', 'the event store sent a link to nothing');
  const { id, type, streamId, revision, data, metadata, created, position } = event;
  // All events of one append have their own place, at which they are both prepared and committed.
  const place = Number(position?.commit ?? -1);
  if (place < 0 || !Number.isSafeInteger(place))
    throw new EngineError('corrupt', `the event store does not say where the event ${id} lies`);
  return {
    id,
    type,
    stream: streamId,
    revision: Number(revision),
    position: place,
    data: data instanceof Uint8Array ? data : Buffer.from(JSON.stringify(data)),
    metadata: (metadata ?? {}) as Record<string, string>,
    recordedAt: created.getTime(),
  };
}

/** A place among all events as the server writes it. */
export const placeOf = (position: number) => ({ commit: BigInt(position), prepare: BigInt(position) });
