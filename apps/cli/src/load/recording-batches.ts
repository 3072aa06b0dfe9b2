import { createHash } from 'node:crypto';
import { formatLike, parseInstant } from '@coxa/contracts';
import { fileStart, type RecordedSession, soundRows } from '@coxa/motion';
import { CommandFailed, WrongUse } from '../output.js';
import type { Batch } from './transport.js';

/** A second's worth goes into a batch, as a device would send it. */
const batchSeconds = 1;

export interface StreamDetails {
  readonly sensor?: string;
  readonly session?: string;
  readonly segment?: string;
  readonly side?: string;
  readonly position?: string;
  readonly purpose?: string;
  readonly startedAt?: string;
}

/** The sensor that is meant. @throws WrongUse when that cannot be told */
export function sensorOf(sessions: readonly RecordedSession[], wanted: string | undefined): RecordedSession {
  const found = wanted === undefined ? sessions : sessions.filter(({ sensor }) => sensor === wanted);
  if (found.length === 1) return found[0]!;
  const seen = sessions.map(({ sensor }) => sensor).join(', ');
  throw new WrongUse(`--sensor says which sensor of the file is meant: ${seen}`);
}

/** A device's file as the batches that the device would have sent. @throws CommandFailed, WrongUse */
export function recordingBatches(
  deviceId: string,
  file: Uint8Array,
  session: RecordedSession,
  details: StreamDetails,
): Batch[] {
  const { segment, side, position = 'standing', purpose = 'measurement' } = details;
  if (!segment || !side)
    throw new WrongUse(
      'streaming needs --segment (pelvis, thigh, shank) and --side (left, right): where the sensor sat',
    );
  const { timeS, channels, lateS } = soundRows(session);
  if (timeS.length < 2) throw new CommandFailed('the file holds no row with all its numbers');
  const startedAt = startOf(session, details.startedAt, timeS.at(-1)!) + Math.round(lateS * 1_000);
  const sessionId = details.session ?? nameOf(file, session.sensor, startedAt);
  const cuts = [0];
  for (let row = 1; row < timeS.length; row++)
    if (timeS[row]! - timeS[cuts.at(-1)!]! >= batchSeconds) cuts.push(row);
  return cuts.map((from, sequence) => {
    const to = cuts[sequence + 1] ?? timeS.length;
    const begin = Math.floor(timeS[from]! * 1_000);
    return {
      deviceId,
      sessionId,
      sequence,
      kind: session.kind,
      segment,
      side,
      position,
      purpose,
      sampleRateHz: Math.min(2_000, Math.max(1, session.sampleRateHz)),
      startedAt: formatLike(startedAt + begin, details.startedAt ?? session.startedAt),
      offsetsMs: Array.from(timeS.subarray(from, to), (t) => t * 1_000 - begin),
      channels: Object.fromEntries(
        Object.entries(channels).map(([name, column]) => [name, [...column.subarray(from, to)]]),
      ),
      ...(to === timeS.length ? { last: true } : {}),
    };
  });
}

/** Epoch ms of the first row: as told, as the file says, else as if it had just ended. */
function startOf({ startedAt: written }: RecordedSession, told: string | undefined, lengthS: number): number {
  const text = told ?? written;
  if (text === undefined) return Date.now() - Math.ceil(lengthS * 1_000);
  const at = parseInstant(text) ?? fileStart(text);
  if (at === undefined)
    throw new WrongUse(`--started-at is needed: "${text.slice(0, 60)}" does not name one instant`);
  return at;
}

/** The same file, begun at the same time, is the same session. */
const nameOf = (file: Uint8Array, sensor: string, startedAt: number): string =>
  `stream-${createHash('sha256').update(file).update(`\0${sensor}\0${startedAt}`).digest('hex').slice(0, 32)}`;
