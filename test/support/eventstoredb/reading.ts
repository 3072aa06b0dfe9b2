import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Book, Kept } from './book.js';
import { invalidPosition } from './refusals.js';
import { eventAnswer, nameOf, notFoundAnswer } from './wire.js';

type Call = ServerWritableStream<ReadReq, ReadResp>;

/** Answers a read of one stream or of all, forwards or backwards, no faster than the reader takes it. */
export async function answerRead(call: Call, options: ReadReq.Options, book: Book): Promise<void> {
  const backwards = options.getReadDirection() === 1;
  const stream = options.getStream();
  const name = nameOf(stream?.getStreamIdentifier());
  const found = stream ? book.stream(name) : book.all;
  if (!found) {
    call.write(notFoundAnswer(name));
    return void call.end();
  }
  const place = options.getAll()?.getPosition();
  if (place && !book.mayBeReadFrom(Number(place.getCommitPosition())))
    return void call.emit('error', invalidPosition());
  const [first, step] = begin(options, book, found, backwards);
  let sent = 0;
  const count = Number(options.getCount());
  for (let i = first; sent < count && !call.cancelled; i += step, sent++) {
    const kept = found[i];
    if (!kept) break;
    if (!call.write(eventAnswer(kept)) && !call.cancelled) await room(call);
  }
  call.end();
}

/** Index of the first event to send, and the way from there. */
function begin(
  options: ReadReq.Options,
  book: Book,
  found: readonly Kept[],
  backwards: boolean,
): readonly [number, 1 | -1] {
  const stream = options.getStream();
  const all = options.getAll();
  const step = backwards ? -1 : 1;
  if (stream?.hasRevision()) {
    const from = Number(stream.getRevision()) - (found[0]?.revision ?? 0);
    return [backwards ? Math.min(from, found.length - 1) : Math.max(from, 0), step];
  }
  if (all?.hasPosition()) {
    const at = book.indexAt(Number(all.getPosition()!.getCommitPosition()));
    // A read of all forwards begins with the event at the position, one backwards with the event before it.
    return [backwards ? at - 1 : at, step];
  }
  // From the end forwards, or from the beginning backwards, there is nothing.
  const atEnd = (stream ?? all)?.hasEnd() ?? false;
  if (backwards) return [atEnd ? found.length - 1 : -1, step];
  return [atEnd ? found.length : 0, step];
}

/** Resolves when the reader takes more, or is gone. */
function room(call: Call): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off('drain', done);
      call.off('cancelled', done);
      resolve();
    };
    call.on('drain', done);
    call.on('cancelled', done);
  });
}
