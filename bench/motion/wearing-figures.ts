import { analyseRecording, type FlagCode, type MotionReport } from '@coxa/motion';
import { atLeast, atMost, type Result } from '../support/result.js';
import { randomExchange, randomFrom, turned } from './damage.js';
import { type Columns, type Recording, recordings } from './recordings.js';
import { inSensor, randomDirection, turnAbout, turnedAnyhow } from './turns.js';

type Change = (one: Recording) => Recording;

const both = ['acc', 'gyr'];
const scaled = (factor: number) => [factor, 0, 0, 0, factor, 0, 0, 0, factor];
const random = randomFrom(20_240_229);
const either = (): 0 | 1 => (random() < 0.5 ? 0 : 1);

/** Faults of sessions with two sensors, and of a person who stands and sits: how often each is found, under any of the names that fit it. */
export function wearingFigures(): Result[] {
  const sessions = recordings('hybrid', 'hybrid');
  const human = recordings('human');
  const oneOf =
    (change: (columns: Columns, mounting: readonly number[]) => Columns): Change =>
    (one) => {
      const at = either();
      const { mounting } = one.header.streams![at]!;
      return withStreams(
        one,
        one.streams.map((columns, i) => (i === at ? change(columns, mounting!) : columns)),
      );
    };
  const axes = (name: string) => oneOf((columns) => turned(columns, [name], randomExchange(random)));
  const unit = (name: string, factor: number) => oneOf((columns) => turned(columns, [name], scaled(factor)));
  const turnedOver = oneOf((columns, mounting) =>
    turned(columns, both, turnAbout(inSensor(mounting, true, random), 180)),
  );
  return [
    row('pelvis and thigh sensor exchanged', sessions, 1, exchanged([0, 1]), ['streams-exchanged']),
    row('  the same, person who stands and sits', human, 1, pelvisAndThigh, ['streams-exchanged']),
    row('left and right thigh exchanged', human, 1, exchanged([1, 2]), ['wrong-side']),
    row('sensor upside-down', sessions, 2, turnedOver, ['upside-down']),
    row(
      'accelerometer negated',
      sessions,
      2,
      oneOf((c) => turned(c, ['acc'], scaled(-1))),
      ['upside-down'],
    ),
    row("one gyroscope's axes or signs", sessions, 4, axes('gyr'), ['axis-fault']),
    row("one accelerometer's axes or signs", sessions, 4, axes('acc'), ['axis-fault', 'upside-down']),
    row('°/s for rad/s', sessions, 2, unit('gyr', 180 / Math.PI), ['unit-fault']),
    row('rad/s for °/s', sessions, 2, unit('gyr', Math.PI / 180), ['unit-fault', 'streams-exchanged']),
    row('g for m/s²', sessions, 2, unit('acc', 1 / 9.80665), ['unit-fault']),
    ...slipRows(sessions),
    atMost(
      'sound sessions, sensors turned anyhow: called at fault',
      alarms(sessions, 3) + alarms(human, 2),
      0,
      `of ${sessions.length * 3 + human.length * 4}`,
    ),
  ];
}

const withStreams = (one: Recording, streams: Columns[]): Recording => ({ ...one, streams });

const exchanged =
  ([a, b]: readonly [number, number]): Change =>
  (one) =>
    withStreams(
      one,
      one.streams.map((columns, i) => one.streams[i === a ? b : i === b ? a : i] ?? columns),
    );

/** Left and right thigh hold the pelvis's samples, and the pelvis those of a thigh. */
const pelvisAndThigh: Change = (one) =>
  withStreams(
    one,
    one.streams.map((columns, i) => (i === 0 ? one.streams[1]! : i < 3 ? one.streams[0]! : columns)),
  );

const reportsOf = ({ header, streams }: Recording): MotionReport[] => analyseRecording(header, { streams });

function row(
  name: string,
  all: readonly Recording[],
  draws: number,
  change: Change,
  wanted: FlagCode[],
): Result {
  let tried = 0;
  let found = 0;
  for (const one of all)
    for (let draw = 0; draw < draws; draw++)
      for (const { flags } of reportsOf(change(one))) {
        tried++;
        if (flags.some(({ code }) => wanted.includes(code))) found++;
      }
  return atLeast(`found: ${name}`, (100 * found) / tried, 95, `% of ${tried}`);
}

/** Sensors that turn by 15° on the body, about any axis and about the vertical one: found, and told where, at the latest two repetitions after. */
function slipRows(sessions: readonly Recording[]): Result[] {
  const slip = (vertical: boolean) => {
    let found = 0;
    let late = 0;
    const draws = 3;
    for (const one of sessions)
      for (let draw = 0; draw < draws; draw++) {
        const at = either();
        const { mounting } = one.header.streams![at]!;
        const axis = vertical ? inSensor(mounting!, false, random) : randomDirection(random);
        const atS = 10 + random() * 30;
        const streams = one.streams.map((columns, i) =>
          i === at ? turned(columns, both, turnAbout(axis, 15), Math.round(atS * 100)) : columns,
        );
        const [report] = reportsOf(withStreams(one, streams)) as [MotionReport];
        const flag = report.flags.find(({ code }) => code === 'mounting-slip');
        if (flag === undefined) continue;
        found++;
        if (flag.startS! > afterRepetitions(one, atS, 2)) late++;
      }
    return { share: (100 * found) / (sessions.length * draws), late, tried: sessions.length * draws };
  };
  const [any, vertical] = [slip(false), slip(true)];
  return [
    atLeast('found: slip of 15° about any axis', any.share, 95, `% of ${any.tried}`),
    atLeast(
      'found: slip of 15° about the vertical, not seen by the gyroscope',
      vertical.share,
      80,
      `% of ${vertical.tried}`,
    ),
    atMost('  told later than two repetitions after', any.late + vertical.late, 0, ''),
  ];
}

/** Time of the peak `count` repetitions after `atS`. */
function afterRepetitions({ header }: Recording, atS: number, count: number): number {
  const later = header.truth!.repetitions!.filter(({ peakS }) => peakS > atS);
  return later[count - 1]?.peakS ?? Infinity;
}

/** Sensor frames turned anyhow, the mounting with them. Counts reports with any flag but those that sound recordings have. */
function alarms(all: readonly Recording[], draws: number): number {
  let count = 0;
  for (const one of all)
    for (let draw = 0; draw < draws; draw++)
      for (const { flags } of reportsOf(draw === 0 ? one : turnedAnyhow(one, random)))
        if (flags.some(({ code }) => code !== 'insufficient-motion' && code !== 'heading-uncertain')) count++;
  return count;
}
