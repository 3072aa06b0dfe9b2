import { createHash } from 'node:crypto';
import {
  checkReadingBatch,
  type DeviceFact,
  encodeReadingBatch,
  type FieldError,
  headerOf,
  parseInstant,
  type ReadingBatch,
} from '@coxa/contracts';
import { type Clock, KeyedMutex, type LogPosition, Registry } from '@coxa/eventing';
import {
  fileStart,
  noMounting,
  readRecording,
  type ReadRecording,
  type RecordedSession,
  soundRows,
  type SoundRows,
} from '@coxa/motion';
import { Audit, invalid, mayAccess, notFound, type Principal } from '@coxa/platform';
import { batchCount, recordingBatches, startBy } from './recording-batches.js';
import type { RecordingDetails } from './recording-details.js';
import type { UploadedFile } from './recording-form.js';
import { sessionFor } from './recording-sensor.js';
import type { ReadingsIntake } from './readings-intake.js';

const action = 'POST /v1/recordings';
const mostFaults = 20;

/** What became of a file. */
export interface RecordingTaken {
  readonly accepted: true;
  /** Everything in it was taken before. */
  readonly duplicate: boolean;
  readonly position: LogPosition;
  readonly format: ReadRecording['format'];
  readonly sessionId: string;
  readonly deviceId: string;
  readonly sensor: string;
  readonly kind: RecordedSession['kind'];
  readonly startedAt: string;
  readonly samples: number;
  readonly sampleRateHz: number;
  readonly packets: RecordedSession['packets'];
  /** What cannot be known from it, what was left out, and why. */
  readonly notes: readonly string[];
}

/** Takes whole device files in: read, cut into batches, and on the way of every batch. The same file again is a duplicate. */
export class RecordingsIntake {
  /** Files of which nobody knows when they began, one after the other: the first settles it. */
  private readonly assuming = new KeyedMutex();

  constructor(
    private readonly deps: {
      readonly readings: ReadingsIntake;
      readonly registry: Registry;
      readonly clock: Clock;
      readonly audit: Audit;
    },
  ) {}

  /** Resolves when all of it is durable. @throws ProblemException */
  async take(principal: Principal, file: UploadedFile, details: RecordingDetails): Promise<RecordingTaken> {
    const device = await this.deviceOf(principal, details);
    const recording = readRecording(file.bytes, file.filename);
    if (!recording.ok)
      throw invalid([
        { path: '', code: 'type', message: `is no recording that is known: ${recording.reason}` },
      ]);
    const session = sessionFor(recording.sessions, device, details);
    const rows = soundRows(session);
    if (rows.timeS.length < 2)
      throw invalid([{ path: '', code: 'range', message: 'holds no row with all its numbers' }]);
    const sessionId = sessionIdOf(file.bytes, session, details);
    const { startedAt: begun, told, notes } = this.startOf(session, rows, details);
    const send = async (startedAt: number) => {
      const common = commonOf(principal, device, details, session, sessionId);
      const batches = recordingBatches(rows, { startedAt, told, neutral: details.neutral ?? [], common });
      this.check(device.patientId, recording.format, session, batches);
      return {
        batches,
        taken: await Promise.all(batches.map((batch) => this.send(principal, device, batch))),
      };
    };
    const { batches, taken } =
      begun === undefined
        ? await this.assuming.run(`${device.deviceId}/${sessionId}`, async () =>
            send(await this.assumedStart(device, sessionId, rows)),
          )
        : await send(begun);
    const known = details.mounting ?? device.mounting;
    return {
      accepted: true,
      duplicate: taken.every(({ duplicate }) => duplicate),
      position: taken.at(-1)!.position,
      format: recording.format,
      sessionId: batches[0]!.sessionId,
      deviceId: device.deviceId,
      sensor: session.sensor,
      kind: session.kind,
      startedAt: batches[0]!.startedAt,
      samples: rows.timeS.length,
      sampleRateHz: session.sampleRateHz,
      packets: session.packets,
      notes: [
        ...session.notes.filter((note) => note !== noMounting || known === undefined),
        ...notes,
        ...leftOut(rows),
      ],
    };
  }

  /** Whose recording it is: the device's that sends it, or the one that a clinician of the care team names. */
  private async deviceOf(principal: Principal, { deviceId }: RecordingDetails): Promise<DeviceFact> {
    const { registry, audit } = this.deps;
    const { breakGlass: _breakGlass, ...sender } = principal;
    const named = deviceId ?? principal.deviceId;
    if (named === undefined)
      throw invalid([{ path: '?deviceId', code: 'required', message: 'says whose recording it is' }]);
    if (!registry.device(named)) await registry.catchUp();
    const device = registry.device(named);
    const mine =
      sender.role === 'device'
        ? sender.deviceId === named
        : device !== undefined && mayAccess(sender, device.patientId, registry);
    if (device && mine) return device;
    throw device ? audit.denied(principal, device.patientId, action) : notFound();
  }

  /** When it began: as told, as the file says, or undefined: it is taken as having just ended. */
  private startOf(
    session: RecordedSession,
    { lateS }: SoundRows,
    details: RecordingDetails,
  ): { startedAt: number | undefined; told: string | undefined; notes: string[] } {
    const { startedAt: told } = details;
    if (told !== undefined) return { startedAt: parseInstant(told)!, told, notes: [] };
    const { startedAt: written } = session;
    const begun = written === undefined ? undefined : (parseInstant(written) ?? fileStart(written));
    if (begun !== undefined) return { startedAt: begun + Math.round(lateS * 1000), told: written, notes: [] };
    if (written !== undefined)
      throw invalid([
        {
          path: '?startedAt',
          code: 'required',
          message: `the file says "${written.slice(0, 60)}", which does not name one instant`,
        },
      ]);
    return {
      startedAt: undefined,
      told: undefined,
      notes: ['the file does not say when it began; it was taken as having just ended'],
    };
  }

  /** A file that was sent before ended when it was sent first, even if only a part of it arrived: else its repeat would contradict it. */
  private async assumedStart(
    { deviceId, patientId }: DeviceFact,
    sessionId: string,
    rows: SoundRows,
  ): Promise<number> {
    for (let sequence = 0; sequence < batchCount(rows); sequence++) {
      const before = await this.deps.readings.standing(patientId, { deviceId, sessionId, sequence });
      if (before) return startBy(rows, before);
    }
    return this.deps.clock.now() - Math.ceil(rows.timeS.at(-1)! * 1000);
  }

  /** @throws ProblemException that also says what was recognised */
  private check(
    patientId: string,
    format: string,
    session: RecordedSession,
    batches: readonly ReadingBatch[],
  ): void {
    const { clock, registry } = this.deps;
    const now = clock.now();
    const faults = batches.flatMap((batch) => checkReadingBatch(batch, now, true)).slice(0, mostFaults);
    const enrolled = parseInstant(registry.patient(patientId)?.enrolledAt ?? '') ?? -Infinity;
    if (parseInstant(batches[0]!.startedAt)! < enrolled)
      faults.push({ path: '/startedAt', code: 'before-enrolment', message: 'lies before the enrolment' });
    if (faults.length > 0) throw invalid(faults.map((fault) => placed(fault, format, session)));
  }

  private async send(principal: Principal, device: DeviceFact, batch: ReadingBatch) {
    const { deviceId } = batch;
    const sound = { ...headerOf(batch), patientId: device.patientId, bytes: encodeReadingBatch(batch) };
    return this.deps.readings.take({ ...principal, deviceId }, sound);
  }
}

/** A fault of a batch as the sender of a file understands it. */
const placed = (
  { path, code, message }: FieldError,
  format: string,
  { packets }: RecordedSession,
): FieldError => ({
  path: /^\/(startedAt|sessionId|captureId|mounting)$/.test(path) ? `?${path.slice(1)}` : path,
  code,
  message: `${message} (recognised as ${format}, ${packets.received} packets of ${packets.expected})`,
});

/** What a session's batches have in common. What nobody told is taken so that nothing is claimed: standing, one sensor tells no angle. */
function commonOf(
  principal: Principal,
  device: DeviceFact,
  details: RecordingDetails,
  session: RecordedSession,
  sessionId: string,
) {
  const { captureId, mounting, motion } = details;
  return {
    deviceId: device.deviceId,
    sessionId,
    kind: session.kind,
    segment: details.segment ?? device.segment,
    side: details.side ?? device.side,
    position: details.position ?? ('standing' as const),
    purpose: details.purpose ?? ('measurement' as const),
    sampleRateHz: Math.min(2000, Math.max(1, session.sampleRateHz)),
    measuredBy:
      details.measuredBy ?? (principal.role === 'clinician' ? ('clinician' as const) : ('self' as const)),
    ...(captureId === undefined ? {} : { captureId }),
    ...(mounting === undefined ? {} : { mounting }),
    ...(motion === undefined ? {} : { motion }),
  };
}

/** The same file is the same session, whoever sends it again. */
const sessionIdOf = (
  bytes: Uint8Array,
  { sensor }: RecordedSession,
  { sessionId }: RecordingDetails,
): string =>
  sessionId ??
  `file-${createHash('sha256').update(bytes).update('\0').update(sensor).digest('hex').slice(0, 32)}`;

function leftOut({ leftOut: rows, emptyChannels }: SoundRows): string[] {
  return [
    ...(rows > 0 ? [`${rows} rows were left out: repeated, or without all their numbers`] : []),
    ...(emptyChannels.length > 0 ? [`empty columns were left out: ${emptyChannels.join(', ')}`] : []),
  ];
}
