import { angleBetweenDeg, type Vector } from '../hip/quaternion.js';
import { type ImuSamples, measured } from '../orientation/samples.js';
import type { Grid } from '../recording/grid.js';
import { fatalCodes, type Flag } from './flag.js';

/** A gyroscope whose readings all stay within this has told of no movement, rad/s. */
const stillRange = 0.1;
const pieceS = 0.3;
/** The force is compared over at most this, s: at such rates nothing turns by more than half the angle below meanwhile. */
const withinS = 0.9;
const turnedDeg = 10;

/**
 * Whether the gyroscope keeps silent although gravity shows that the sensor turned: the mean force of 0.3 s points 10° elsewhere within a second, which its
 * readings do not allow.
 */
function gyroscopeIsSilent({ acc, gyr, rows }: ImuSamples, periodS: number): boolean {
  const count = gyr.length / 3;
  const known = (row: number) => rows === undefined || rows[row] === measured;
  for (let k = 0; k < 3; k++) {
    let [low, high] = [Infinity, -Infinity];
    for (let row = 0; row < count; row++) {
      if (!known(row)) continue;
      low = Math.min(low, gyr[row * 3 + k]!);
      high = Math.max(high, gyr[row * 3 + k]!);
    }
    if (high - low > stillRange) return false;
  }
  const size = Math.max(1, Math.round(pieceS / periodS));
  const means: Vector[] = [];
  for (let start = 0; start + size <= count; start += size) {
    const sum: [number, number, number] = [0, 0, 0];
    for (let row = start; row < start + size; row++)
      if (known(row)) for (const k of [0, 1, 2] as const) sum[k] += acc[row * 3 + k]!;
    means.push(sum);
  }
  const apart = Math.round(withinS / pieceS);
  return means.some((mean, i) =>
    means.slice(i + 1, i + 1 + apart).some((later) => angleBetweenDeg(mean, later) > turnedDeg),
  );
}

/** The flag for a silent gyroscope, where nothing found before says what is wrong with it: in another unit it would look silent too. */
export function silenceFlags({ samples, periodS }: Grid, found: readonly Flag[], sensor?: string): Flag[] {
  if (found.some((flag) => flag.sensor === sensor && fatalCodes.has(flag.code))) return [];
  if (!gyroscopeIsSilent(samples, periodS)) return [];
  return [{ code: 'rejected', ...(sensor === undefined ? {} : { sensor }) }];
}
