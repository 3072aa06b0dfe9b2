import { describe, expect, test } from '@jest/globals';
import { columnsOf, headersOf, motionData, readJson, recordingsThere } from '../../testing/recordings.js';
import type { RecordingHeader } from '../recording/header.js';
import { analyseRecording } from './analyse.js';
import type { MotionReport } from './report.js';

type Columns = Record<string, Float64Array>;
type Stream = NonNullable<RecordingHeader['streams']>[number];
interface TruthHeader extends RecordingHeader {
  readonly truth: { readonly stream: Stream };
}

const there = recordingsThere();
if (!there) console.warn(`the recordings in ${motionData} are not here: bridged gaps were NOT tested`);
const withRecordings = there ? describe : describe.skip;

/** Takes `lengthS` out of every `everyS` of the last stream, from `fromS` on, with the device's own counter. */
function withGaps(
  header: TruthHeader,
  streams: readonly Columns[],
  lengthS: number,
  everyS: number,
  fromS: number,
): { header: TruthHeader; streams: Columns[] } {
  const last = header.streams!.at(-1)!;
  const keep = Array.from({ length: last.rows }, (_, i) => i).filter(
    (i) => i / 100 < fromS || (i / 100 - fromS) % everyS >= lengthS - 1e-9,
  );
  const cut = Object.fromEntries(
    Object.entries(streams.at(-1)!).map(([name, values]) => [
      name,
      Float64Array.from(keep, (i) => values[i]!),
    ]),
  );
  const columns = [...last.columns, { name: 'packet', unit: '1' }];
  return {
    header: {
      ...header,
      streams: [...header.streams!.slice(0, -1), { ...last, rows: keep.length, columns }],
    },
    streams: [...streams.slice(0, -1), { ...cut, packet: Float64Array.from(keep) }],
  };
}

function worstValid(report: MotionReport, truth: Float64Array): { worst: number; share: number } {
  let worst = 0;
  let count = 0;
  report.internalRotationDeg!.forEach((value, i) => {
    if (report.valid[i] !== 1) return;
    worst = Math.max(worst, Math.abs(value - truth[i]!));
    count++;
  });
  return { worst, share: count / report.valid.length };
}

withRecordings('gaps that are bridged', () => {
  test.each(there ? headersOf('hybrid') : [])(
    'given %s with one gap of 0.3 s, then the turn that was guessed there spoils nothing else',
    (path) => {
      const whole = readJson<TruthHeader>(path);
      const streams = whole.streams!.map((stream) => columnsOf(path, stream));
      const cut = withGaps(whole, streams, 0.3, 60, 20.2);
      const [report] = analyseRecording(cut.header, { streams: cut.streams }) as [MotionReport];
      const truth = columnsOf(path, whole.truth.stream)['truthInternalRotationDeg']!;
      const { worst, share } = worstValid(report, truth);
      expect(report.flags.some(({ code }) => code === 'gap')).toBe(true);
      expect(report.flags.some(({ code }) => code === 'mounting-slip')).toBe(false);
      expect(worst).toBeLessThan(1.5);
      expect(share).toBeGreaterThan(0.85);
    },
  );

  test.each(there ? headersOf('hybrid').slice(5, 10) : [])(
    'given %s with a gap of 0.3 s every 8 s, then what is not known well enough does not count',
    (path) => {
      const whole = readJson<TruthHeader>(path);
      const streams = whole.streams!.map((stream) => columnsOf(path, stream));
      const cut = withGaps(whole, streams, 0.3, 8, 7);
      const [report] = analyseRecording(cut.header, { streams: cut.streams }) as [MotionReport];
      const truth = columnsOf(path, whole.truth.stream)['truthInternalRotationDeg']!;
      expect(worstValid(report, truth).worst).toBeLessThan(6);
    },
  );
});

withRecordings('a gyroscope whose axes are exchanged while hardly anything but one hip turns', () => {
  const path = `${motionData}/hybrid/seated-01.json`;
  const header = there ? readJson<TruthHeader>(path) : undefined;
  const exchanged = (from: readonly string[]): string[] => {
    const columns = columnsOf(path, header!.streams![0]!);
    const turned = { ...columns };
    ['gyrX', 'gyrY', 'gyrZ'].forEach((name, k) => (turned[name] = columns[from[k]!]!));
    const [report] = analyseRecording(header!, { streams: [turned] }) as [MotionReport];
    return report.flags.map(({ code }) => code);
  };

  test('given the axes in another order, then they are at fault; in their own, they are not', () => {
    expect(exchanged(['gyrY', 'gyrZ', 'gyrX'])).toContain('axis-fault');
    expect(exchanged(['gyrZ', 'gyrX', 'gyrY'])).toContain('axis-fault');
    expect(exchanged(['gyrX', 'gyrY', 'gyrZ'])).not.toContain('axis-fault');
  });
});
