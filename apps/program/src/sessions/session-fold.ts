import { decodeReadingBatch, parseInstant, type ReadingBatch, sampleCount } from '@coxa/contracts';
import type { LogMessage, LogProjection, ViewFold } from '@coxa/eventing';
import { add, contains } from './ranges.js';
import {
  type BatchPlace,
  batchKey,
  capturePrefix,
  docKey,
  longestSessionMs,
  openKey,
  type SessionDoc,
  sessionKey,
} from './session.js';

const decoded = new WeakMap<LogMessage, ReadingBatch>();

/** The batch of a message, decoded once. @throws MalformedError */
export function batchOf(message: LogMessage): ReadingBatch {
  const known = decoded.get(message);
  if (known) return known;
  const batch = decodeReadingBatch(message.value);
  decoded.set(message, batch);
  return batch;
}

export const keyOfMessage = (message: LogMessage): string => {
  const { deviceId, sessionId } = batchOf(message);
  return sessionKey(message.key, deviceId, sessionId);
};

/** Sessions as a fold of the readings topic: what has come, what is missing, and where each batch lies. */
export const sessionsFold = (topic: string): LogProjection => ({
  name: 'sessions',
  version: 2,
  topics: [topic],
  reads: (message) => [docKey(keyOfMessage(message))],
  apply(message, view) {
    const batch = batchOf(message);
    const session = keyOfMessage(message);
    const before = view.get(docKey(session)) as SessionDoc | undefined;
    if (before && contains(before.received, batch.sequence)) return;
    const doc = joined(before, batch, message);
    view.put(docKey(session), doc);
    view.put(batchKey(session, batch.sequence), {
      partition: message.partition,
      offset: message.offset,
    } satisfies BatchPlace);
    if (doc.captureId !== undefined)
      view.put(`${capturePrefix(message.key, doc.captureId)}${session}`, session);
    markOpen(view, session);
  },
});

/** Sessions with something to be done: measured when they end, and again when more comes. */
const markOpen = (view: ViewFold, session: string): void => view.put(openKey(session), true);

function joined(
  before: SessionDoc | undefined,
  batch: ReadingBatch,
  { key: patientId, headers }: LogMessage,
): SessionDoc {
  const heardAt = headers['ce_time'];
  const {
    deviceId,
    sessionId,
    kind,
    segment,
    side,
    position,
    purpose,
    motion = 'active',
    measuredBy = 'self',
    captureId,
    startedAt,
    sampleRateHz,
  } = batch;
  const samples = sampleCount(batch);
  const firstMs = parseInstant(startedAt)!;
  const endMs = firstMs + (samples / sampleRateHz) * 1000;
  if (!before) {
    const ended = batch.last ? 'last' : endMs - firstMs >= longestSessionMs ? 'limit' : null;
    return {
      patientId,
      deviceId,
      sessionId,
      kind,
      segment,
      side,
      position,
      purpose,
      motion,
      measuredBy,
      ...(captureId === undefined ? {} : { captureId }),
      startedAt,
      samples,
      ...(heardAt ? { heardAt } : {}),
      received: [[batch.sequence, batch.sequence]],
      last: batch.last ? batch.sequence : null,
      firstMs,
      endMs,
      ended,
      stale: true,
    };
  }
  const first = firstMs < before.firstMs;
  const span = Math.max(before.endMs, endMs) - Math.min(before.firstMs, firstMs);
  return {
    ...before,
    startedAt: first ? startedAt : before.startedAt,
    firstMs: Math.min(before.firstMs, firstMs),
    endMs: Math.max(before.endMs, endMs),
    samples: before.samples + samples,
    ...(heardAt ? { heardAt } : {}),
    received: add(before.received, batch.sequence),
    last: batch.last ? batch.sequence : before.last,
    ended: batch.last ? 'last' : (before.ended ?? (span >= longestSessionMs ? 'limit' : null)),
    stale: true,
  };
}
