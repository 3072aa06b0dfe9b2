import { describe, expect, test } from '@jest/globals';
import { columnsOf, headersOf, motionData, readJson, recordingsThere } from '../../testing/recordings.js';
import type { RecordingHeader } from '../recording/header.js';
import { analyseRecording } from './analyse.js';
import type { MotionReport } from './report.js';

type Columns = Record<string, Float64Array>;
interface TruthHeader extends RecordingHeader {
  readonly truth: {
    readonly stream: NonNullable<RecordingHeader['streams']>[number];
    readonly repetitions: readonly unknown[];
    readonly internalRotation: { peakDeg: number; rangeDeg: number };
    readonly summary: { peakDeg: number; meanDeg: number; rangeDeg: number };
  };
}

const there = recordingsThere();
if (!there) console.warn(`the recordings in ${motionData} are not here: accuracy was NOT tested`);
const withRecordings = there ? describe : describe.skip;

function load(path: string): { header: TruthHeader; streams: Columns[] } {
  const header = readJson<TruthHeader>(path);
  return { header, streams: header.streams!.map((stream) => columnsOf(path, stream)) };
}

const codes = ({ flags }: MotionReport): string[] => [...new Set(flags.map(({ code }) => code))];
const alarms = (report: MotionReport): string[] =>
  codes(report).filter((code) => code !== 'insufficient-motion');

function rotationError(path: string, report: MotionReport): number {
  const { truth } = readJson<TruthHeader>(path);
  const wanted = columnsOf(path, truth.stream)['truthInternalRotationDeg']!;
  let square = 0;
  let count = 0;
  report.internalRotationDeg!.forEach((value, i) => {
    if (report.valid[i] !== 1) return;
    square += (value - wanted[i]!) ** 2;
    count++;
  });
  expect(count).toBeGreaterThan(1000);
  return Math.sqrt(square / count);
}

withRecordings('sessions whose truth is known', () => {
  test.each(there ? headersOf('hybrid') : [])(
    'given %s, then rotation, repetitions, peak and range are those of the optical system, without an alarm',
    (path) => {
      const { header, streams } = load(path);
      const [report] = analyseRecording(header, { streams }) as [MotionReport];
      expect(rotationError(path, report)).toBeLessThan(0.4);
      expect(report.reps).toHaveLength(header.truth.repetitions.length);
      expect(Math.abs(report.summary.peakDeg! - header.truth.internalRotation.peakDeg)).toBeLessThan(0.5);
      expect(Math.abs(report.summary.rangeDeg! - header.truth.internalRotation.rangeDeg)).toBeLessThan(0.7);
      expect(alarms(report)).toEqual([]);
    },
  );

  test.each(there ? headersOf('goniometer') : [])(
    'given %s, then peak, mean and range are those before the damage',
    (path) => {
      const { header, streams } = load(path);
      const [report] = analyseRecording(header, { streams }) as [MotionReport];
      for (const key of ['peakDeg', 'meanDeg', 'rangeDeg'] as const)
        expect(Math.abs(report.summary[key]! - header.truth.summary[key])).toBeLessThan(0.1);
      expect(report.reps).toHaveLength(header.truth.repetitions.length);
    },
  );
});

withRecordings('what a session does not say', () => {
  test('given one sensor on a person who stands, then no angle is claimed', () => {
    const { header, streams } = load(`${motionData}/hybrid/seated-01.json`);
    const [report] = analyseRecording({ ...header, posture: 'standing' }, { streams }) as [MotionReport];
    expect(codes(report)).toEqual(expect.arrayContaining(['heading-uncertain', 'rejected']));
    expect(report.valid.some((value) => value === 1)).toBe(false);
    expect(report.summary.peakDeg).toBeNull();
  });
});

withRecordings('damaged sessions', () => {
  const path = `${motionData}/hybrid/hybrid-06.json`;
  const damaged = (
    change: (streams: Columns[], header: TruthHeader) => { streams?: Columns[]; header?: TruthHeader },
  ) => {
    const { header, streams } = load(path);
    const changed = change(streams, header);
    return analyseRecording(changed.header ?? header, { streams: changed.streams ?? streams })[0]!;
  };
  const mapped = (columns: Columns, names: RegExp, value: (v: number, i: number) => number): Columns =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, names.test(name) ? values.map(value) : values]),
    );

  test('given a thigh stream that lacks three seconds, then the gap is flagged and nothing counts until the next neutral pose', () => {
    const report = damaged(([pelvis, thigh], header) => {
      const keep = Array.from({ length: 6000 }, (_, i) => i).filter((i) => i < 2000 || i >= 2300);
      const cut = Object.fromEntries(
        Object.entries(thigh!).map(([name, values]) => [name, Float64Array.from(keep, (i) => values[i]!)]),
      );
      const [first, second] = header.streams!;
      const columns = [...second!.columns, { name: 'packet', unit: '1' }];
      return {
        streams: [pelvis!, { ...cut, packet: Float64Array.from(keep) }],
        header: { ...header, streams: [first!, { ...second!, rows: keep.length, columns }] },
      };
    });
    expect(report.flags).toContainEqual({ code: 'gap', startS: 20, endS: 23, sensor: 'thigh' });
    expect(report.valid.subarray(2000, 5386).every((value) => value === 0)).toBe(true);
    expect(report.valid[1999]).toBe(1);
    expect(report.valid[5990]).toBe(1);
    expect(rotationError(path, report)).toBeLessThan(1);
  });

  test('given the two streams exchanged, then it is noticed and nothing counts', () => {
    const report = damaged(([pelvis, thigh]) => ({ streams: [thigh!, pelvis!] }));
    expect(codes(report)).toContain('streams-exchanged');
    expect(report.valid.some((value) => value === 1)).toBe(false);
    expect(report.summary.peakDeg).toBeNull();
  });

  test('given a gyroscope at its limit, then it is noticed and what follows does not count', () => {
    const report = damaged(([pelvis, thigh]) => ({
      streams: [pelvis!, mapped(thigh!, /^gyr/, (v) => Math.max(-1.5, Math.min(1.5, v)))],
    }));
    expect(codes(report)).toContain('saturated-gyro');
    const first = report.flags.find(({ code }) => code === 'saturated-gyro')!;
    const [from, to] = [Math.ceil(first.startS! * 100), 5386];
    expect(report.valid.subarray(from, to).some((value) => value === 1)).toBe(false);
  });

  test('given °/s for rad/s, or g for m/s², then the unit is at fault and nothing counts', () => {
    for (const [names, factor] of [
      [/^gyr/, 57.29578],
      [/^acc/, 1 / 9.80665],
    ] as const) {
      const report = damaged(([pelvis, thigh]) => ({
        streams: [pelvis!, mapped(thigh!, names, (v) => v * factor)],
      }));
      expect(codes(report)).toContain('unit-fault');
      expect(report.valid.some((value) => value === 1)).toBe(false);
    }
  });

  test('given an accelerometer turned round, then the sensor is called upside-down', () => {
    const report = damaged(([pelvis, thigh]) => ({ streams: [pelvis!, mapped(thigh!, /^acc/, (v) => -v)] }));
    expect(codes(report)).toContain('upside-down');
  });

  test('given NaN in places, then no NaN is ever valid', () => {
    const report = damaged(([pelvis, thigh]) => ({
      streams: [pelvis!, mapped(thigh!, /^gyrY/, (v, i) => (i % 500 < 3 ? NaN : v))],
    }));
    report.valid.forEach((value, i) => {
      if (value === 1) expect(Number.isFinite(report.internalRotationDeg![i]!)).toBe(true);
    });
    expect(rotationError(path, report)).toBeLessThan(0.5);
  });

  test('given a sensor that slips by 15°, then it is noticed and nothing counts from then on', () => {
    const [c, s] = [Math.cos(Math.PI / 12), Math.sin(Math.PI / 12)];
    const report = damaged(([pelvis, thigh]) => {
      const slipped = { ...thigh! };
      for (const name of ['acc', 'gyr']) {
        const [y, z] = [thigh![`${name}Y`]!, thigh![`${name}Z`]!];
        slipped[`${name}Y`] = y.map((v, i) => (i < 2500 ? v : c * v - s * z[i]!));
        slipped[`${name}Z`] = z.map((v, i) => (i < 2500 ? v : s * y[i]! + c * v));
      }
      return { streams: [pelvis!, slipped] };
    });
    expect(codes(report)).toContain('mounting-slip');
    expect(report.valid[3000]).toBe(0);
  });
});

withRecordings('a person with sensors on pelvis, thighs and shanks', () => {
  const path = `${motionData}/human/qmt-full-body.json`;

  test('given both hips, then no fault is called, and a heading is doubted a minute after the pose', () => {
    const { header, streams } = load(path);
    const reports = analyseRecording(header, { streams });
    expect(reports.map(({ mode }) => mode)).toEqual(['6D-left', '6D-right']);
    for (const report of reports) expect(alarms(report)).toEqual(['heading-uncertain']);
  });

  test('given the thighs exchanged, then both are on the wrong side; turned over, upside-down', () => {
    const { header, streams } = load(path);
    const [pelvis, left, right, ...rest] = streams as [Columns, Columns, Columns, ...Columns[]];
    for (const report of analyseRecording(header, { streams: [pelvis, right, left, ...rest] }))
      expect(codes(report).some((code) => code === 'wrong-side' || code === 'axis-fault')).toBe(true);
    const over = Object.fromEntries(
      Object.entries(left).map(([name, values]) => [
        name,
        /^(acc|gyr)[XY]$/.test(name) ? values.map((v) => -v) : values,
      ]),
    );
    const [report] = analyseRecording(header, { streams: [pelvis, over, right, ...rest] }) as [MotionReport];
    expect(codes(report)).toContain('upside-down');
    expect(report.summary.peakDeg).toBeNull();
    expect(report.reps).toEqual([]);
  });
});
