import { summarise } from '../angles/summary.js';
import { offlineVqf } from '../orientation/offline.js';
import type { ImuSamples, OrientationTrack } from '../orientation/samples.js';
import { Vqf } from '../orientation/vqf.js';
import { fatalCodes, type Flag } from '../quality/flag.js';
import { headingDoubt } from '../quality/heading-doubt.js';
import { ownScale, rescaled } from '../quality/own-scale.js';
import { silenceFlags } from '../quality/silent-gyroscope.js';
import { checkStream } from '../quality/stream-check.js';
import { gridOf } from '../recording/grid.js';
import type { SensorStream } from '../recording/sensor-stream.js';
import { healS } from './validity.js';
import type { MotionReport } from './report.js';

export type OrientationMode = '6D' | '9D' | 'offline6D' | 'offline9D' | 'best6D' | 'best9D';

/** Orientation of one sensor, in each mode asked for; one row for each row as given. Modes that need a magnetometer are left out without one. */
export function orientationReports(
  name: string,
  stream: SensorStream,
  modes: readonly OrientationMode[],
): MotionReport[] {
  const grid = gridOf(stream);
  const own = checkStream(grid).flags;
  const flags = [...own, ...silenceFlags(grid, own)];
  const { samples, periodS } = grid;
  const online = new Vqf(periodS).process(samples);
  const offline = modes.some((mode) => mode.startsWith('offline')) ? offlineVqf(samples, periodS) : undefined;
  const doubt: Flag[] = headingDoubt(online, periodS).map((span) => ({ code: 'heading-uncertain', ...span }));
  const trackOf = (mode: OrientationMode): OrientationTrack => {
    if (mode.startsWith('best')) return bestTrack(samples, periodS, mode);
    return mode.startsWith('offline') ? offline! : online;
  };
  return modes.flatMap((mode) => {
    const track = trackOf(mode);
    const quats = mode.endsWith('9D') ? track.quat9D : track.quat6D;
    if (quats === undefined) return [];
    const all = [...flags, ...doubt];
    const valid = validRows(grid.rowOf, periodS, all, quats);
    return [
      {
        name,
        mode,
        periodS,
        orientation: pick(track, quats, grid.rowOf),
        valid,
        reps: [],
        summary: summarise(new Float64Array(0), valid, []),
        uncertaintyDeg: null,
        reference: mode.endsWith('9D') ? 'heading' : 'gravity',
        flags: all,
      } satisfies MotionReport,
    ];
  });
}

/** Follows the compass more slowly than the paper does, s: with the future known too the gyroscope holds the heading longer than a bent field stays. */
const slowTauMagS = 30;

/** Better than the reference filter, and no longer equal to it: the offline form; 6-D with the gyroscope's own scale, 9-D with a slower compass. */
function bestTrack(samples: ImuSamples, periodS: number, mode: OrientationMode): OrientationTrack {
  if (mode === 'best9D') return offlineVqf(samples, periodS, { tauMag: slowTauMagS });
  const scale = ownScale(samples, periodS);
  return offlineVqf(scale ? rescaled(samples, scale) : samples, periodS);
}

/** Rows as given, out of the grid. */
function pick(
  { bias, rest, magDisturbed }: OrientationTrack,
  quats: Float64Array,
  rowOf: Int32Array,
): NonNullable<MotionReport['orientation']> {
  const take = (values: Float64Array, width: number) => {
    const out = new Float64Array(rowOf.length * width).fill(NaN);
    rowOf.forEach((row, i) => {
      if (row >= 0) out.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return out;
  };
  return {
    quat: take(quats, 4),
    bias: take(bias, 3),
    rest: Uint8Array.from(rowOf, (row) => rest[row] ?? 0),
    magDisturbed: Uint8Array.from(rowOf, (row) => magDisturbed[row] ?? 1),
  };
}

/** A row counts unless the recording is at fault, or a long gap or the gyroscope's limit lies less than 10 s before it. */
function validRows(
  rowOf: Int32Array,
  periodS: number,
  flags: readonly Flag[],
  quats: Float64Array,
): Uint8Array {
  const fatal = flags.some(({ code }) => fatalCodes.has(code));
  const masks = flags.filter(
    ({ code, startS, endS }) =>
      code === 'saturated-gyro' || (code === 'gap' && endS! - startS! > 0.5 - periodS),
  );
  return Uint8Array.from(rowOf, (row) => {
    if (fatal || row < 0 || !Number.isFinite(quats[row * 4]!)) return 0;
    const t = row * periodS;
    return masks.some(({ startS, endS }) => t >= startS! && t < endS! + healS) ? 0 : 1;
  });
}
