import type { Side } from '../hip/hip-angles.js';
import type { Vector } from '../hip/quaternion.js';
import { bodyFlags } from '../quality/body-check.js';
import { gridOf } from '../recording/grid.js';
import { streamFromColumns } from '../recording/columns-to-stream.js';
import type { RecordingHeader, StreamHeader } from '../recording/header.js';
import type { SensorStream, Span } from '../recording/sensor-stream.js';
import { summarise } from '../angles/summary.js';
import { framesReport } from './frames-report.js';
import { goniometerReport } from './goniometer-report.js';
import { type HipAngleName, hipReport } from './hip-report.js';
import { type OrientationMode, orientationReports } from './orientation-report.js';
import type { MotionReport } from './report.js';
import { singleSensorReport } from './single-sensor-report.js';

/** The values behind a header: columns by name, one array each. */
export interface RecordingData {
  readonly streams: readonly Readonly<Record<string, Float64Array>>[];
  /** Columns of a recording of segment frames. */
  readonly table?: Readonly<Record<string, Float64Array>>;
}

const defaultThresholdDeg = 8;
const sideOf = (text: string | undefined): Side => (/^l/i.test(text ?? '') ? 'left' : 'right');

/** Poses in the order of time; those that overlap are one. */
function spansOf(poses: RecordingHeader['neutralPoses']): Span[] {
  const spans: { startS: number; endS: number }[] = [];
  for (const [startS, endS] of [...(poses ?? [])].sort((a, b) => a[0] - b[0])) {
    const last = spans.at(-1);
    if (last && startS <= last.endS) last.endS = Math.max(last.endS, endS);
    else if (endS > startS) spans.push({ startS, endS });
  }
  return spans;
}

/**
 * Everything a recording says, one report for each mode: orientation of one sensor, hip angles of two, rotation of one, a goniometer's series, or
 * given segment frames. Throws a RangeError for a kind or a stream that cannot be read.
 */
export function analyseRecording(header: RecordingHeader, data: RecordingData): MotionReport[] {
  const stream = (found: StreamHeader | undefined, what: string): SensorStream => {
    if (found === undefined) throw new RangeError(`${header.name} has no ${what} stream`);
    return streamFromColumns(found, data.streams[header.streams!.indexOf(found)]!, header.sampleRateHz);
  };
  const named = (name: string) =>
    stream(
      header.streams?.find(({ sensor }) => sensor === name),
      name,
    );
  const common = {
    name: header.name,
    mode: header.fusion ?? '6D',
    side: sideOf(header.side),
    neutralPoses: spansOf(header.neutralPoses),
    ...(header.outputRows === undefined ? {} : { outputRows: header.outputRows }),
    ...(header.outputRateHz === undefined ? {} : { outputRateHz: header.outputRateHz }),
  };
  const thresholdDeg = header.repetitions?.thresholdDeg ?? defaultThresholdDeg;
  switch (header.kind) {
    case 'orientation':
      return orientationReports(
        header.name,
        stream(header.streams?.[0], 'sensor'),
        (header.modes ?? ['6D']) as OrientationMode[],
      );
    case 'hipSession': {
      const angle = (header.repetitions?.angle ?? 'internalRotation') as HipAngleName;
      return [
        hipReport({
          ...common,
          pelvis: named('pelvis'),
          thigh: named('thigh'),
          repetitions: { angle, thresholdDeg },
        }),
      ];
    }
    case 'seatedSession': {
      const only = stream(header.streams?.[0], 'sensor');
      const segment = segmentOf(header.name, only.sensor);
      const prone = /prone/i.test(header.posture ?? '');
      const report = singleSensorReport({ ...common, segment, stream: only, prone, thresholdDeg });
      // Upright, rotation is a facing, which one sensor cannot tell.
      return [/stand|walk/i.test(header.posture ?? '') ? withoutAngle(report) : report];
    }
    case 'angleSeries':
      return [goniometer(header, data, thresholdDeg)];
    case 'hipFrames':
      return (['left', 'right'] as const).map((side) => frames(header, data.table ?? {}, side));
    case 'human':
      return (['left', 'right'] as const).flatMap((side) => wholeBody(header, named, side, thresholdDeg));
    default:
      throw new RangeError(`${header.name} is of the kind "${header.kind}", which is not known`);
  }
}

function segmentOf(name: string, sensor: string): 'thigh' | 'shank' {
  if (/^pelvis/i.test(sensor))
    throw new RangeError(`${name} has a pelvis sensor alone, which tells nothing of the hip`);
  return sensor.startsWith('shank') ? 'shank' : 'thigh';
}

/** The same report without anything to be believed. */
const withoutAngle = (report: MotionReport): MotionReport => {
  const valid = new Uint8Array(report.valid.length);
  return {
    ...report,
    valid,
    reps: [],
    summary: summarise(new Float64Array(0), valid, []),
    uncertaintyDeg: null,
    flags: [...report.flags, { code: 'heading-uncertain' }, { code: 'rejected' }],
  };
};

function goniometer(header: RecordingHeader, data: RecordingData, thresholdDeg: number): MotionReport {
  const [stream] = header.streams!;
  const column = stream!.columns.find(({ name, truth }) => !truth && /^angle/i.test(name));
  const angle = column && data.streams[0]![column.name];
  if (!column || !angle) throw new RangeError(`${header.name} has no angle column`);
  const unit = column.unit ?? header.unit ?? 'deg';
  return goniometerReport({
    name: header.name,
    mode: 'goniometer',
    sampleRateHz: stream!.sampleRateHz ?? header.sampleRateHz ?? 0,
    angle,
    unit: /^rad/i.test(unit) || /rad$/i.test(column.name) ? 'rad' : 'deg',
    thresholdDeg,
  });
}

function frames(
  header: RecordingHeader,
  table: Readonly<Record<string, Float64Array>>,
  side: Side,
): MotionReport {
  const matrix = (segment: string) => {
    const elements = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => table[`${segment}R${i}${j}`]));
    const rows = elements[0]?.length ?? 0;
    const out = new Float64Array(rows * 9).fill(NaN);
    elements.forEach((column, k) => column?.forEach((value, row) => (out[row * 9 + k] = value)));
    return out;
  };
  return framesReport({
    name: header.name,
    mode: side,
    side,
    sampleRateHz: header.sampleRateHz ?? 100,
    pelvis: matrix('pelvis'),
    femur: matrix(`${side}Femur`),
  });
}

/** Both hips of a person with sensors on the whole body; neutral is the standing pose. */
function wholeBody(
  header: RecordingHeader,
  named: (name: string) => SensorStream,
  side: Side,
  thresholdDeg: number,
): MotionReport[] {
  const name = `thigh_${side[0]}`;
  if (!header.streams?.some(({ sensor }) => sensor === name)) return [];
  const [pelvis, thigh] = [named('pelvis'), named(name)];
  const { standing, seated } = header.posesS ?? {};
  const neutralPoses = standing ? spansOf([standing]) : [];
  const report = hipReport({
    name: header.name,
    mode: `6D-${side}`,
    side,
    pelvis,
    thigh,
    neutralPoses,
    repetitions: { angle: 'flexion', thresholdDeg: Math.max(thresholdDeg, 20) },
  });
  if (!standing || !seated || !header.declared) return [report];
  const [poses] = [{ standing: spansOf([standing])[0]!, seated: spansOf([seated])[0]! }];
  const axes = (which: string) =>
    header.declared?.[which] as { upAxis?: Vector; outwardAxis?: Vector } | undefined;
  const flags = bodyFlags(gridOf(pelvis), gridOf(thigh), side, poses, {
    ...(axes('pelvis') ? { pelvis: axes('pelvis')! } : {}),
    ...(axes('thigh') ? { thigh: axes('thigh')! } : {}),
  });
  if (flags.length === 0) return [report];
  const valid = new Uint8Array(report.valid.length);
  return [
    {
      ...report,
      valid,
      reps: [],
      summary: summarise(new Float64Array(0), valid, []),
      uncertaintyDeg: null,
      flags: [...report.flags, ...flags],
    },
  ];
}
