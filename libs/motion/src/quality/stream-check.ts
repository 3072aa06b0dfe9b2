import { measured } from '../orientation/samples.js';
import type { Grid } from '../recording/grid.js';
import { type AxisVerdict, checkAxes } from './axis-check.js';
import type { Flag } from './flag.js';
import { wrongGyroScale } from './gyro-scale.js';
import { disturbedFieldSpans } from './magnetic-field.js';
import { saturatedSpans } from './saturation.js';
import { slipMoment } from './slip.js';

/** Below this the filter's own limits no longer hold for a moving leg, samples/s. */
export const lowestRateHz = 45;
/** Median of the specific force: outside these it is not m/s². */
const plausibleForce = [7, 14] as const;

export interface StreamCheck {
  readonly flags: readonly Flag[];
  readonly axes: AxisVerdict;
}

/** Everything that one stream tells of its own quality, without knowing where it was worn. */
export function checkStream(grid: Grid, sensor?: string): StreamCheck {
  const { samples, periodS } = grid;
  const named = sensor === undefined ? {} : { sensor };
  const flags: Flag[] = grid.gaps.map((span) => ({ code: 'gap', ...span, ...named }));
  if (1 / periodS < lowestRateHz) flags.push({ code: 'low-sample-rate', ...named });
  for (const span of saturatedSpans(samples, periodS))
    flags.push({ code: 'saturated-gyro', ...span, ...named });
  for (const span of disturbedFieldSpans(samples, periodS))
    flags.push({ code: 'magnetic-disturbance', ...span, ...named });
  const saturated = flags.some(({ code }) => code === 'saturated-gyro');
  const force = medianForce(grid);
  if (!Number.isFinite(force)) return { flags: [...flags, { code: 'rejected', ...named }], axes: 'right' };
  if (force < plausibleForce[0] || force > plausibleForce[1]) {
    flags.push({ code: 'unit-fault', ...named });
    return { flags, axes: 'unit-fault' };
  }
  const { axes, found } = motionFlags(grid, saturated);
  return { flags: [...flags, ...found.map((flag) => ({ ...flag, ...named }))], axes };
}

/** What the movement itself tells: axes, units, a sensor that shifted, the gyroscope's scale. */
function motionFlags({ samples, periodS }: Grid, saturated: boolean): { axes: AxisVerdict; found: Flag[] } {
  const axes = checkAxes(samples, periodS);
  // A gyroscope at its limit contradicts the accelerometer too; that is said already.
  const found: Flag[] = axes === 'right' || (saturated && axes === 'axis-fault') ? [] : [{ code: axes }];
  if (saturated || axes === 'axis-fault' || axes === 'unit-fault') return { axes, found };
  const slip = slipMoment(samples, periodS);
  if (slip) return { axes, found: [...found, { code: 'mounting-slip', ...slip }] };
  // Where the axes cannot be told, the scale can even less.
  if (axes === 'right' && wrongGyroScale(samples, periodS) !== undefined) found.push({ code: 'gyro-scale' });
  return { axes, found };
}

function medianForce({ samples: { acc, rows }, count }: Grid): number {
  const norms: number[] = [];
  const stride = Math.max(1, Math.floor(count / 5000));
  for (let row = 0; row < count; row += stride)
    if (rows === undefined || rows[row] === measured)
      norms.push(Math.hypot(acc[row * 3]!, acc[row * 3 + 1]!, acc[row * 3 + 2]!));
  norms.sort((a, b) => a - b);
  return norms[norms.length >> 1] ?? NaN;
}
