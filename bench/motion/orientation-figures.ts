import { analyseRecording, type MotionReport, Vqf } from '@coxa/motion';
import { atMost, type Result } from '../support/result.js';
import { interleaved, resampled, withGaps, withPacket } from './damage.js';
import { mean, type OrientationError, orientationError } from './orientation-error.js';
import { json, type Recording, recordings } from './recordings.js';

interface Expected {
  readonly quat6D: number[][];
  readonly quat9D: number[][];
  readonly biasRadS: number[][];
  readonly rest: number[];
  readonly magDisturbed: number[];
}
interface Reference {
  readonly everyNthRow: number;
  readonly mean13: Record<string, { totalDeg: number; inclinationDeg: number }>;
  readonly trials: Record<string, { online: Expected; offline: Expected }>;
}

const modeFlags = { '6D': 'online', '9D': 'online', offline6D: 'offline', offline9D: 'offline' } as const;
type Mode = keyof typeof modeFlags;

/** Equality with the reference filter, and errors against the optical system. */
export function orientationFigures(): Result[] {
  const reference = json<Reference>('broad/reference.json');
  const trials = recordings('broad');
  const worst = { quat: 0, bias: 0, flags: 0 };
  const errors: Record<Mode, { total: number[]; inclination: number[] }> = {
    '6D': { total: [], inclination: [] },
    '9D': { total: [], inclination: [] },
    offline6D: { total: [], inclination: [] },
    offline9D: { total: [], inclination: [] },
  };
  const modes = Object.keys(modeFlags);
  for (const { header, streams } of trials)
    for (const report of analyseRecording({ ...header, modes }, { streams })) {
      const mode = report.mode as Mode;
      compare(report, reference.trials[header.name]![modeFlags[mode]], reference.everyNthRow, worst);
      const error = orientationError(
        report.orientation!.quat,
        streams[0]!,
        report.periodS,
        mode.endsWith('6D'),
      );
      errors[mode].total.push(error.total);
      errors[mode].inclination.push(error.inclination);
    }
  const against = (mode: Mode, what: 'total' | 'inclination') =>
    atMost(
      `BROAD, 13 trials, ${mode} ${what}`,
      mean(errors[mode][what]),
      Math.round((reference.mean13[mode]![`${what}Deg`] + 0.01) * 1e4) / 1e4,
      '°',
    );
  return [
    atMost(
      'reference filter (online, offline; 6-D, 9-D): quaternions, difference of 1e-9',
      worst.quat / 1e-9,
      1,
      '',
    ),
    atMost('reference filter: bias, difference of 1e-9 rad/s', worst.bias / 1e-9, 1, ''),
    atMost('reference filter: flags that differ', worst.flags, 0, ''),
    against('9D', 'total'),
    against('9D', 'inclination'),
    against('6D', 'total'),
    against('offline9D', 'total'),
    against('offline9D', 'inclination'),
    ...bestFigures(trials),
    ...gapFigures(trials),
    ...rateFigures(trials),
  ];
}

/** The modes that are meant to be better than the reference, each against what the reference reaches on the same input: a tenth at least, and no trial much worse. */
function bestFigures(trials: readonly Recording[]): Result[] {
  const disturbed = (trial: Recording) =>
    /^\d+_disturbed/.test((trial.header as unknown as { sourceTrial: string }).sourceTrial);
  const compared = trials.map((trial) => {
    const { header, streams } = trial;
    const modes = ['6D', 'best6D', 'offline9D', 'best9D'];
    const [six, best6, nine, best9] = analyseRecording({ ...header, modes }, { streams }).map(
      ({ orientation, periodS, mode }) =>
        orientationError(orientation!.quat, streams[0]!, periodS, mode.endsWith('6D')),
    ) as [OrientationError, OrientationError, OrientationError, OrientationError];
    return { six, best6, nine, best9, disturbed: disturbed(trial) };
  });
  const share = (all: typeof compared, what: (one: (typeof compared)[number]) => [number, number]) =>
    (100 * mean(all.map((one) => what(one)[0]))) / mean(all.map((one) => what(one)[1]));
  const worst = (what: (one: (typeof compared)[number]) => [number, number]) =>
    Math.max(...compared.map(what).map(([ours, theirs]) => ours - theirs));
  const near = compared.filter(({ disturbed: is }) => is);
  const six = ({ best6, six: theirs }: (typeof compared)[number]): [number, number] => [
    best6.total,
    theirs.total,
  ];
  const nine = ({ best9, nine: theirs }: (typeof compared)[number]): [number, number] => [
    best9.total,
    theirs.total,
  ];
  return [
    atMost('best6D: total, of the reference (6-D)', share(compared, six), 90, '%'),
    atMost(
      '  heading drift',
      share(compared, ({ best6, six: theirs }) => [best6.heading, theirs.heading]),
      90,
      '%',
    ),
    atMost('  worst trial, more than the reference', worst(six), 0.2, '°'),
    atMost('best9D: disturbed trials, of the reference (offline 9-D)', share(near, nine), 90, '%'),
    atMost('  all trials', share(compared, nine), 90, '%'),
    atMost('  worst trial, more than the reference', worst(nine), 0.2, '°'),
  ];
}

function compare(
  { orientation, mode }: MotionReport,
  expected: Expected,
  every: number,
  worst: { quat: number; bias: number; flags: number },
): void {
  const { quat, bias, rest, magDisturbed } = orientation!;
  const wanted = mode.endsWith('6D') ? expected.quat6D : expected.quat9D;
  wanted.forEach((q, n) => {
    const row = n * every;
    const dot = q.reduce((sum, value, k) => sum + value * quat[row * 4 + k]!, 0);
    q.forEach((value, k) => {
      worst.quat = Math.max(worst.quat, Math.abs(value - Math.sign(dot) * quat[row * 4 + k]!));
    });
    expected.biasRadS[n]!.forEach((value, k) => {
      worst.bias = Math.max(worst.bias, Math.abs(value - bias[row * 3 + k]!));
    });
    if (rest[row] !== expected.rest[n] || magDisturbed[row] !== expected.magDisturbed[n]) worst.flags++;
  });
}

function gapFigures(trials: readonly Recording[]): Result[] {
  const one = (gapS: number, everyS: number) =>
    trials.map(({ header, streams }) => {
      const period = header.streams![0]!.samplingPeriodS!;
      const { columns, kept } = withGaps(streams[0]!, period, gapS, everyS, 5);
      const [report] = analyseRecording({ ...withPacket(header), modes: ['9D'] }, { streams: [columns] }) as [
        MotionReport,
      ];
      const gaps = report.flags.filter(({ code }) => code === 'gap');
      const masked = (row: number) => {
        const t = kept[row]! * period;
        return gaps.some(({ startS, endS }) => t >= startS! && t < endS! + 10);
      };
      return {
        gaps: gaps.length,
        ...orientationError(report.orientation!.quat, columns, period, false, masked),
      };
    });
  const unflagged = (found: { gaps: number }[]) => found.filter(({ gaps }) => gaps === 0).length;
  const short = one(0.05, 5);
  const middle = one(0.3, 20);
  const long = one(1, 30);
  return [
    atMost('gaps of 0.05 s every 5 s: 9D total', mean(short.map(({ total }) => total)), 3, '°'),
    atMost('gaps of 0.3 s every 20 s: recordings not flagged', unflagged(middle), 0, ''),
    atMost(
      '  inclination outside 10 s after each',
      mean(middle.map(({ inclination }) => inclination)),
      1,
      '°',
    ),
    atMost('gaps of 1 s every 30 s: recordings not flagged', unflagged(long), 0, ''),
    atMost('  inclination outside 10 s after each', mean(long.map(({ inclination }) => inclination)), 1, '°'),
  ];
}

function rateFigures(trials: readonly Recording[]): Result[] {
  return [57, 48, 41].flatMap((rateHz) => {
    const found = trials.map(({ header, streams }) => {
      const stream = header.streams![0]!;
      const { columns, rows } = resampled(streams[0]!, stream.samplingPeriodS!, rateHz);
      const slow = { ...stream, rows, sampleRateHz: rateHz, samplingPeriodS: 1 / rateHz };
      const [report] = analyseRecording(
        { ...header, sampleRateHz: rateHz, modes: ['9D'], streams: [slow] },
        { streams: [columns] },
      ) as [MotionReport];
      // The bare filter equals the reference (see above); it stands in for it on this input.
      const bare = new Vqf(1 / rateHz).process({
        acc: interleaved(columns, 'acc'),
        gyr: interleaved(columns, 'gyr'),
        mag: interleaved(columns, 'mag'),
      });
      return {
        flagged: report.flags.some(({ code }) => code === 'low-sample-rate'),
        more:
          orientationError(report.orientation!.quat, columns, 1 / rateHz).total -
          orientationError(bare.quat9D!, columns, 1 / rateHz).total,
      };
    });
    const wrong = found.filter(({ flagged }) => flagged !== rateHz < 45).length;
    return [
      atMost(
        `${rateHz} samples/s: 9D total, above the reference`,
        mean(found.map(({ more }) => more)),
        0.3,
        '°',
      ),
      atMost(`  recordings wrongly ${rateHz < 45 ? 'not ' : ''}flagged as too slow`, wrong, 0, ''),
    ];
  });
}
