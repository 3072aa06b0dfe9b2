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

/** A place among all events as the server tells it; a checkpoint may lie behind a record, with prepare 0. */
export interface Place {
  readonly commit: number;
  readonly prepare: number;
}

/** -1, as an unsigned number. */
const noStream = String(2n ** 64n - 1n);

/** What the server answers to an append. */
export function appendAnswer(outcome: Outcome, expected: Expected): AppendResp {
  const answer = new streams.AppendResp();
  if (outcome.kind === 'done') {
    const success = new streams.AppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(String(outcome.told));
    position.setPreparePosition(String(outcome.told));
    success.setPosition(position);
    return answer.setSuccess(success);
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.current < 0) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedRevision(expected === 'no-stream' ? noStream : String(expected));
  return answer.setWrongExpectedVersion(wrong);
}

export function eventAnswer(kept: Kept): ReadResp {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(new shared.UUID().setString(kept.id));
  recorded.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(kept.stream)));
  recorded.setStreamRevision(String(kept.revision));
  recorded.setPreparePosition(String(kept.prepare));
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

export function checkpointAnswer({ commit, prepare }: Place): ReadResp {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(commit));
  checkpoint.setPreparePosition(String(prepare));
  return new streams.ReadResp().setCheckpoint(checkpoint);
}

export const fellBehind = (): ReadResp =>
  new streams.ReadResp().setFellBehind(new streams.ReadResp.FellBehind());

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
