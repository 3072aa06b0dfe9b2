import { hearDevice } from './devices.js';
import type { ProgrammeCommand, RotationReport } from '../model/command.js';
import type { ReadingFact } from '../model/facts.js';
import { judgeReading, seriesKey } from '../rotation.js';
import { beginWhenReady } from './begin.js';
import { wordsForNoValue } from './measurement-words.js';
import { Refusal } from './refusal.js';
import { instantOf } from '../time/instant.js';
import { calendarOf } from '../time/week.js';
import type { Run } from './run.js';
import { closedUntil } from './state.js';
import { parametersAt } from './week-closing.js';

/** A measurement, once; the same id with another outcome is a correction, or refused when it had to be `fresh`. */
export function recordRotation(run: Run, report: RotationReport, receivedAt: string, fresh = false): void {
  const { state, ruleset } = run;
  const at = instantOf(report.at);
  const { value, valid, reasons } = judgeReading(report, parametersAt(at, state, ruleset));
  const before = readingOf(state.readings, report.id);
  const fact: ReadingFact = {
    id: report.id,
    at,
    series: report.series,
    ...(report.goniometer ? { goniometer: true as const } : {}),
    value,
    uncertaintyDeg: report.uncertaintyDeg,
    valid,
    reasons,
    receivedAt: before?.receivedAt ?? instantOf(receivedAt),
    closedBefore: before?.closedBefore ?? closedUntil(state),
  };
  if (before && same(before, fact)) return;
  if (before && fresh) throw new Refusal('id-reused', '/id', 'was used for other content; the first stands');
  const { id, series, uncertaintyDeg } = fact;
  run.emit({
    type: before ? 'rotation-corrected' : 'rotation-measured',
    at: report.at,
    recordedAt: receivedAt,
    reason: valid ? 'Your rotation was measured.' : wordsForNoValue(reasons),
    data: {
      id,
      series,
      value,
      uncertaintyDeg,
      valid,
      reasons,
      day: calendarOf(state.zones).dayOf(at),
      fact,
    },
  });
  if (run.state.phases.length === 0) beginWhenReady(run, receivedAt);
}

function readingOf(readings: readonly ReadingFact[], id: string): ReadingFact | undefined {
  for (const reading of readings) if (reading.id === id) return reading;
  return undefined;
}

const same = (a: ReadingFact, b: ReadingFact): boolean =>
  a.at === b.at && a.value === b.value && a.valid === b.valid && seriesKey(a.series) === seriesKey(b.series);

/** A finished device session, once: a practice session is a practice day. */
export function recordRecording(
  run: Run,
  command: Extract<ProgrammeCommand, { kind: 'record-recording' }>,
): void {
  const { sessionId, at, purpose, heardAt, receivedAt } = command;
  if (run.state.recordings.some((recording) => recording.sessionId === sessionId))
    return hearDevice(run, command);
  run.emit({
    type: 'recording-finished',
    at,
    recordedAt: receivedAt,
    reason: 'Your device recorded a session.',
    data: {
      sessionId,
      purpose,
      ...(heardAt === undefined ? {} : { heardAt }),
      fact: { sessionId, at: instantOf(at), purpose, closedBefore: closedUntil(run.state) },
    },
  });
  hearDevice(run, command);
}
