import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Book, Kept } from './book.js';
import { eventAnswer, nameOf, notFoundAnswer } from './wire.js';

/** Answers a read of one stream or of all, forwards or backwards, no faster than the reader takes it. */
export async function answerRead(
  call: ServerWritableStream<ReadReq, ReadResp>,
  options: ReadReq.Options,
  book: Book,
): Promise<void> {
  const backwards = options.getReadDirection() === 1;
  const count = Number(options.getCount());
  const stream = options.getStream();
  const name = nameOf(stream?.getStreamIdentifier());
  const found = stream ? book.stream(name) : book.all;
  if (!found) {
    call.write(notFoundAnswer(name));
    return void call.end();
  }
  const wanted = (kept: Kept): boolean => {
    if (stream?.hasRevision()) {
      const from = Number(stream.getRevision());
      return backwards ? kept.revision <= from : kept.revision >= from;
    }
    const all = options.getAll();
    if (all?.hasPosition()) {
      const from = Number(all.getPosition()!.getCommitPosition());
      // A read of all forwards begins with the event at the position, one backwards with the event before it.
      return backwards ? kept.position < from : kept.position >= from;
    }
    return stream?.hasEnd() || all?.hasEnd() ? backwards : !backwards;
  };
  const ordered = backwards ? [...found].reverse() : found;
  let sent = 0;
  for (const kept of ordered) {
    if (sent >= count || call.cancelled) break;
    if (!wanted(kept)) continue;
    sent++;
    if (!call.write(eventAnswer(kept)) && !call.cancelled) await room(call);
  }
  call.end();
}

/** Resolves when the reader takes more, or is gone. */
function room(call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
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
