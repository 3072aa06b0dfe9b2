import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  analyseRecording,
  headerFault,
  type MotionReport,
  plotSvg,
  type RecordingHeader,
} from '@coxa/motion';
import { CommandFailed, table } from '../output.js';

type Columns = Record<string, Float64Array>;

/** `coxa motion <header.json…>`: what recordings say, one JSON line for each recording and mode. */
export function motion(paths: string[], { json, plot }: { json?: boolean; plot?: string }): void {
  const reports: MotionReport[] = [];
  let failed = 0;
  for (const path of paths) {
    try {
      const found = analyse(path);
      reports.push(...found);
      if (json) for (const report of found) process.stdout.write(`${jsonLine(report)}\n`);
    } catch (error) {
      failed++;
      if (json) for (const line of rejectedLines(path)) process.stdout.write(`${line}\n`);
      console.error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (!json && reports.length > 0) console.log(table([headings, ...reports.map(row)]));
  if (plot !== undefined) writeFileSync(plot, plotSvg(reports));
  if (failed > 0) throw new CommandFailed(`${failed} of ${paths.length} could not be read`);
}

/** The verdict on a recording whose header can be read and whose data cannot, in the shape of all others. */
function rejectedLines(path: string): string[] {
  let header: Partial<RecordingHeader> | null;
  try {
    header = JSON.parse(readFileSync(path, 'utf8')) as Partial<RecordingHeader> | null;
  } catch {
    return [];
  }
  if (typeof header?.name !== 'string') return [];
  const { name, fusion } = header;
  const modes = Array.isArray(header.modes) ? header.modes : [fusion ?? '6D'];
  return modes.map((mode: unknown) =>
    JSON.stringify({
      name,
      mode,
      valid: [],
      reps: [],
      summary: { peakDeg: null, meanDeg: null, rangeDeg: null },
      uncertaintyDeg: null,
      flags: [{ code: 'rejected' }],
    }),
  );
}

/** @throws CommandFailed when the file is no header */
function headerIn(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandFailed(
      "is no header: expected the JSON file that describes a recording (docs/reference/motion.md); a sensor's own file goes to coxa import",
      { cause },
    );
  }
}

function analyse(path: string): MotionReport[] {
  const header = headerIn(path);
  const fault = headerFault(header);
  if (fault) throw new CommandFailed(`not the header of a recording: ${fault}`);
  const recording = header as RecordingHeader;
  const beside = (file: string) => unpacked(join(dirname(path), file));
  if (recording.kind === 'hipFrames')
    return analyseRecording(recording, { streams: [], table: csvColumns(beside(recording.file!)) });
  const streams = recording.streams!.map(({ file, rows, columns }) => {
    const raw = beside(file);
    const values = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + (raw.byteLength & ~3)));
    const width = columns.length;
    const complete = Math.min(rows ?? Infinity, Math.floor(values.length / width));
    return Object.fromEntries(
      columns.flatMap(({ name, truth }, index): [string, Float64Array][] =>
        truth ? [] : [[name, Float64Array.from({ length: complete }, (_, i) => values[i * width + index]!)]],
      ),
    );
  });
  return analyseRecording(recording, { streams });
}

function unpacked(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** Columns of a CSV of numbers; an empty field is NaN. */
function csvColumns(bytes: Buffer): Columns {
  const [head, ...lines] = bytes.toString('utf8').trimEnd().split(/\r?\n/);
  const cells = lines.map((line) => line.split(','));
  return Object.fromEntries(
    head!
      .split(',')
      .map((name, index) => [
        name,
        Float64Array.from(cells, (row) => (row[index] ? Number(row[index]) : NaN)),
      ]),
  );
}

const list = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? value : null));

function rowsOf(values: Float64Array, width: number): (number | null)[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    list(values.subarray(i * width, (i + 1) * width)),
  );
}

function jsonLine(report: MotionReport): string {
  const { orientation, flexionDeg, adductionDeg, internalRotationDeg, summary, flags, valid } = report;
  return JSON.stringify({
    name: report.name,
    mode: report.mode,
    ...(report.side ? { side: report.side } : {}),
    ...(orientation
      ? {
          quat: rowsOf(orientation.quat, 4),
          bias: rowsOf(orientation.bias, 3),
          rest: [...orientation.rest],
          magDisturbed: [...orientation.magDisturbed],
        }
      : {}),
    ...(flexionDeg ? { flexionDeg: list(flexionDeg) } : {}),
    ...(adductionDeg ? { adductionDeg: list(adductionDeg) } : {}),
    ...(internalRotationDeg ? { internalRotationDeg: list(internalRotationDeg) } : {}),
    valid: Array.from(valid, (value) => value === 1),
    reps: report.reps,
    summary,
    uncertaintyDeg: report.uncertaintyDeg,
    reference: report.reference,
    flags,
  });
}

const headings = ['recording', 'mode', 'valid', 'repetitions', 'peak', 'range', '± (1σ)', 'flags'];

function row({ name, mode, valid, reps, summary, uncertaintyDeg, flags }: MotionReport): string[] {
  const degrees = (value: number | null) => (value === null ? '-' : `${value.toFixed(1)}°`);
  const share = valid.reduce((sum, value) => sum + value, 0) / Math.max(1, valid.length);
  return [
    name,
    mode,
    `${Math.round(share * 100)} %`,
    String(reps.length),
    degrees(summary.peakDeg),
    degrees(summary.rangeDeg),
    degrees(uncertaintyDeg),
    [...new Set(flags.map(({ code }) => code))].join(', ') || 'none',
  ];
}
