import { analyseRecording, type FlagCode, type MotionReport } from '@coxa/motion';
import { atLeast, atMost, type Result } from '../support/result.js';
import { randomExchange, randomFrom, turned } from './damage.js';
import { matrixOf, randomQuaternion } from './turns.js';
import { type Columns, recordings, type Recording } from './recordings.js';

const codes = (report: MotionReport): Set<FlagCode> => new Set(report.flags.map(({ code }) => code));

/** Single streams in random sensor frames: sound, with axes exchanged or signs turned, with wrong units, and clipped. */
export function faultFigures(): Result[] {
  const random = randomFrom(20_231_104);
  const all = [...recordings('broad'), ...recordings('human').flatMap(single)];
  const tally = {
    sound: 0,
    falseAlarms: 0,
    wrong: 0,
    found: 0,
    undecided: 0,
    calledRight: 0,
    units: 0,
    unitsFound: 0,
  };
  const clipping = { tried: 0, found: 0, falseAlarms: 0 };
  for (const { header, streams } of all) {
    const columns = turned(streams[0]!, ['acc', 'gyr', 'mag'], matrixOf(randomQuaternion(random)));
    const verdict = (changed: Columns) =>
      codes(analyseRecording({ ...header, modes: ['6D'] }, { streams: [changed] })[0]!);
    const sound = verdict(columns);
    tally.sound++;
    if (sound.has('axis-fault') || sound.has('unit-fault')) tally.falseAlarms++;
    const wrong = verdict(turned(columns, ['gyr'], randomExchange(random)));
    tally.wrong++;
    if (wrong.has('axis-fault')) tally.found++;
    else if (wrong.has('insufficient-motion')) tally.undecided++;
    else tally.calledRight++;
    const inDegrees = mapped(columns, /^gyr/, (value) => (value * 180) / Math.PI);
    tally.units++;
    if (verdict(inDegrees).has('unit-fault')) tally.unitsFound++;
    if (sound.has('saturated-gyro')) clipping.falseAlarms++;
    const limit = 0.7 * Math.max(...['gyrX', 'gyrY', 'gyrZ'].map((name) => largest(columns[name]!)));
    const cut = ['gyrX', 'gyrY', 'gyrZ'].reduce(
      (sum, name) => sum + columns[name]!.filter((value) => Math.abs(value) > limit).length,
      0,
    );
    // A single sample at the limit leaves no plateau to see.
    if (cut < 4) continue;
    clipping.tried++;
    const clipped = mapped(columns, /^gyr/, (value) => Math.max(-limit, Math.min(limit, value)));
    if (verdict(clipped).has('saturated-gyro')) clipping.found++;
  }
  const scale = scaleFigures(all);
  const decided = tally.wrong - tally.undecided;
  return [
    atMost('axes and units: false alarms', tally.falseAlarms, 0, `of ${tally.sound}`),
    atLeast(
      '  wrong axes found, where there is motion enough',
      (100 * tally.found) / decided,
      95,
      `% of ${decided}`,
    ),
    atMost('  wrong axes called right', tally.calledRight, 0, `of ${tally.wrong}`),
    atLeast('  °/s for rad/s found', (100 * tally.unitsFound) / tally.units, 95, `% of ${tally.units}`),
    atLeast(
      'clipped gyroscope found',
      (100 * clipping.found) / clipping.tried,
      100,
      `% of ${clipping.tried}`,
    ),
    atMost('  unclipped called clipped', clipping.falseAlarms, 0, `of ${clipping.tried}`),
    ...scale,
  ];
}

/** The gyroscope 2 % too fast or too slow: a stretch goal, so no recording must be found, but no right one may be called wrong. */
function scaleFigures(all: readonly Recording[]): Result[] {
  let found = 0;
  let falseAlarms = 0;
  const flagged = ({ header }: Recording, columns: Columns) =>
    codes(analyseRecording({ ...header, modes: ['6D'] }, { streams: [columns] })[0]!).has('gyro-scale');
  all.forEach((one, i) => {
    const factor = i % 2 === 0 ? 1.02 : 0.98;
    if (flagged(one, one.streams[0]!)) falseAlarms++;
    if (
      flagged(
        one,
        mapped(one.streams[0]!, /^gyr/, (value) => value * factor),
      )
    )
      found++;
  });
  return [
    atMost('gyroscope scale: right ones called wrong', falseAlarms, 0, `of ${all.length}`),
    atLeast('  2 % off found', found, 1, `of ${all.length}`),
  ];
}

const largest = (values: Float64Array): number =>
  values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);

const mapped = (columns: Columns, names: RegExp, value: (v: number) => number): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, names.test(name) ? values.map(value) : values]),
  );

/** Each stream of a whole-body recording as a recording of one sensor. */
function single({ header, streams, truth }: Recording): Recording[] {
  return header.streams!.map((stream, i) => ({
    header: { ...header, kind: 'orientation', streams: [stream] },
    streams: [streams[i]!],
    truth,
  }));
}
