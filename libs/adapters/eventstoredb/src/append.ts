import {
  AccessDeniedError,
  type AppendResult as Answer,
  binaryEvent,
  type EventStoreDBClient,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import {
  type AppendResult,
  backoffMs,
  EngineError,
  type ExpectedRevision,
  type NewEvent,
  pause,
  RevisionConflict,
  type StoredEvent,
} from '@coxa/eventing';
import { faultOf } from './faults.js';
import { readAllOf } from './read.js';
import { storedEvent } from './stored-event.js';

export interface Times {
  /** After which an append, or a read that yields nothing, is given up. */
  readonly answerMs: number;
  /** For how long an append whose outcome is unknown is tried again. */
  readonly retryMs: number;
}

/**
 * Appends with the expected revision, always. When the connection breaks nobody knows whether it was done: it is sent again with the same
 * ids and the same expected revision, and the server answers the first result. @throws RevisionConflict, EngineError
 */
export async function append(
  client: EventStoreDBClient,
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
  { answerMs, retryMs }: Times,
): Promise<AppendResult> {
  if (events.length === 0) throw new RangeError('an append needs an event');
  const wanted = expected === 'no-stream' ? -1 : expected;
  const last = wanted + events.length;
  const proposed = events.map(({ id, type, data, metadata }) =>
    binaryEvent({ id, type, data, metadata: { ...metadata } }),
  );
  const deadline = performance.now() + retryMs;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await client.appendToStream(stream, proposed, {
        expectedRevision: wanted < 0 ? 'no_stream' : BigInt(wanted),
        deadline: answerMs,
      });
      return await resultOf(answer, attempt === 1);
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) {
        const first = await repeated();
        if (first) return first;
        throw await conflict();
      }
      const fault = faultOf(error);
      const hopeless = fault.code !== 'storage-failed' || error instanceof AccessDeniedError;
      if (hopeless || performance.now() >= deadline) throw fault;
      await pause(backoffMs(attempt));
    }
  }

  async function resultOf({ success, position, nextExpectedRevision }: Answer, first: boolean) {
    if (!success) throw await conflict();
    // After a soft delete it says that there is no stream, and counts on from where it was.
    if (nextExpectedRevision > BigInt(last))
      throw new EngineError(
        'corrupt',
        `the stream ${stream} was deleted on the server: restore it from a backup`,
      );
    // What is told of several events, or of a repeat, need not be the place of the last one.
    if (first && events.length === 1 && position && position.commit === position.prepare)
      return { revision: last, position: Number(position.commit) };
    const [stored] = await between(last, 1);
    if (!stored) throw new EngineError('storage-failed', 'the event store lost what it had taken');
    return { revision: last, position: stored.position };
  }

  function between(from: number, count: number): Promise<StoredEvent[]> {
    return read(client, stream, { fromRevision: BigInt(from), maxCount: count }, answerMs);
  }

  /** The first result, when exactly these events already stand where they were to go. */
  async function repeated(): Promise<AppendResult | undefined> {
    const there = await between(wanted + 1, events.length);
    const same = there.length === events.length && there.every(({ id }, i) => id === events[i]!.id);
    return same ? { revision: last, position: there.at(-1)!.position } : undefined;
  }

  /** The client's own word on where the stream is may be wrong: look. */
  async function conflict(): Promise<RevisionConflict> {
    const [newest] = await read(
      client,
      stream,
      { direction: 'backwards', fromRevision: 'end', maxCount: 1 },
      answerMs,
    );
    return new RevisionConflict(stream, expected, newest?.revision ?? -1);
  }
}

/** Events of one stream; none when there is no such stream. @throws EngineError */
export async function read(
  client: EventStoreDBClient,
  stream: string,
  options: Parameters<EventStoreDBClient['readStream']>[1],
  answerMs: number,
): Promise<StoredEvent[]> {
  try {
    return (await readAllOf(client.readStream(stream, options), answerMs)).map(storedEvent);
  } catch (error) {
    if (error instanceof StreamNotFoundError) return [];
    throw faultOf(error);
  }
}

/** Limits a stream to its newest events, once and for all; it need not be there yet. @throws EngineError */
export async function keepNewest(
  client: EventStoreDBClient,
  stream: string,
  maxCount: number,
  { answerMs }: Times,
): Promise<void> {
  try {
    await client.setStreamMetadata(
      stream,
      { maxCount },
      { expectedRevision: 'no_stream', deadline: answerMs },
    );
  } catch (error) {
    // It was limited before.
    if (error instanceof WrongExpectedVersionError) return;
    throw faultOf(error);
  }
}
