import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Expected, Kept, Outcome, Proposed } from './book.js';

const nanosecondsPerTick = 100;
const ticksPerMs = 1_000_000 / nanosecondsPerTick;

const text = (bytes: Uint8Array | string): string => Buffer.from(bytes as Uint8Array).toString('utf8');

export const nameOf = (identifier: { getStreamName(): Uint8Array | string } | undefined): string =>
  text(identifier?.getStreamName() ?? '');

export function expectedOf(options: AppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  return Number(options.getRevision());
}

export function proposedOf(message: AppendReq.ProposedMessage): Proposed {
  const known = message.getMetadataMap();
  return {
    id: message.getId()!.getString(),
    type: known.get('type') ?? '',
    contentType: known.get('content-type') ?? 'application/octet-stream',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** What the server answers to an append. Of several events it tells one place, and not that of the last. */
export function appendAnswer(outcome: Outcome, expected: Expected): AppendResp {
  const answer = new streams.AppendResp();
  if (outcome.kind === 'done') {
    const success = new streams.AppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(String(outcome.first));
    position.setPreparePosition(String(outcome.first));
    success.setPosition(position);
    return answer.setSuccess(success);
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.current < 0) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (typeof expected === 'number') wrong.setExpectedRevision(String(expected));
  else wrong.setExpectedNoStream(new shared.Empty());
  return answer.setWrongExpectedVersion(wrong);
}

export function eventAnswer(kept: Kept): ReadResp {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(new shared.UUID().setString(kept.id));
  recorded.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(kept.stream)));
  recorded.setStreamRevision(String(kept.revision));
  recorded.setPreparePosition(String(kept.position));
  recorded.setCommitPosition(String(kept.position));
  const known = recorded.getMetadataMap();
  known.set('type', kept.type);
  known.set('content-type', kept.contentType);
  known.set('created', String(BigInt(kept.created) * BigInt(ticksPerMs)));
  recorded.setData(kept.data);
  recorded.setCustomMetadata(kept.metadata);
  const event = new streams.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(kept.position));
  return new streams.ReadResp().setEvent(event);
}

export function notFoundAnswer(stream: string): ReadResp {
  const missing = new streams.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)));
  return new streams.ReadResp().setStreamNotFound(missing);
}

export function confirmation(id: string): ReadResp {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(id);
  return new streams.ReadResp().setConfirmation(confirmed);
}

export function checkpointAnswer(position: number): ReadResp {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  return new streams.ReadResp().setCheckpoint(checkpoint);
}

export const caughtUp = (): ReadResp => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());

/** Whether a subscription wants an event. */
export function filterOf(options: ReadReq.Options): (kept: Kept) => boolean {
  const filter = options.getFilter();
  if (!filter) return () => true;
  const byStream = filter.getStreamIdentifier();
  const expression = (byStream ?? filter.getEventType())!;
  const prefixes = expression.getPrefixList();
  const regex = expression.getRegex() ? new RegExp(expression.getRegex()) : undefined;
  return ({ stream, type }) => {
    const name = byStream ? stream : type;
    return prefixes.some((prefix) => name.startsWith(prefix)) || (regex?.test(name) ?? false);
  };
}
