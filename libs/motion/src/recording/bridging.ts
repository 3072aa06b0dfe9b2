import { bridged, guessed, type ImuSamples, lost } from '../orientation/samples.js';
import type { Span } from './sensor-stream.js';

/** Gaps up to this are bridged and not worth a word, s. */
export const silentGapS = 0.1;
/** Gaps up to this are bridged; nothing is integrated over longer ones, s. */
export const longestBridgeS = 0.5;

/** Steps up to which a cubic is better than a straight line. */
const longestCubic = 8;
/** Time on either side that tells how lively the movement was, s. */
const aroundS = 1;
/** Above this the turn over a gap is a guess, and the filters of the force begin anew behind it, degrees. */
export const guessDeg = 2;

/** A gap that was bridged, and one standard error (about each axis) of the turn that was filled in. */
export interface Bridge extends Span {
  readonly sigmaDeg: number;
}

export interface FilledGaps {
  /** Gaps longer than `silentGapS`. */
  readonly gaps: readonly Span[];
  readonly bridges: readonly Bridge[];
}

/** Marks missing rows (source below 0) as bridged, guessed or lost, fills the gyroscope of all but the lost ones, and lists the gaps. */
export function fillGaps(samples: ImuSamples, source: Int32Array, periodS: number): FilledGaps {
  const { gyr, rows } = samples;
  const gaps: Span[] = [];
  const bridges: Bridge[] = [];
  const count = source.length;
  for (let row = 0; row < count; row++) {
    if (source[row]! >= 0) continue;
    let end = row;
    while (end < count && source[end]! < 0) end++;
    const lengthS = (end - row) * periodS;
    const span = { startS: row * periodS, endS: end * periodS };
    const open = row === 0 || end === count;
    const bridge = !open && lengthS <= longestBridgeS + periodS / 2;
    if (bridge) {
      bridgeGyroscope(gyr, source, row, end);
      const sigmaDeg = bridgeErrorDeg(gyr, source, row, end, periodS);
      rows!.fill(sigmaDeg > guessDeg ? guessed : bridged, row, end);
      bridges.push({ ...span, sigmaDeg });
    } else rows!.fill(lost, row, end);
    if (lengthS > silentGapS + periodS / 2) gaps.push(span);
    row = end;
  }
  return { gaps, bridges };
}

/**
 * Share of the ordinary turning during a gap that its bridge gets wrong about each axis, by the gap's length (s): tried on gaps cut into walking legs and
 * sensors turned by hand.
 */
function wrongShare(lengthS: number): number {
  return 0.3 * Math.min(1, Math.max(0.03, (lengthS - 0.04) / 0.12));
}

/** One standard error of the turn over rows row…end-1, degrees, from how fast the body turned around the gap. */
function bridgeErrorDeg(
  gyr: Float64Array,
  source: Int32Array,
  row: number,
  end: number,
  periodS: number,
): number {
  const around = Math.round(aroundS / periodS);
  let square = 0;
  let known = 0;
  for (let i = Math.max(0, row - around); i < Math.min(source.length, end + around); i++) {
    if (source[i]! < 0) continue;
    square += gyr[i * 3]! ** 2 + gyr[i * 3 + 1]! ** 2 + gyr[i * 3 + 2]! ** 2;
    known++;
  }
  const lengthS = (end - row) * periodS;
  const rate = Math.sqrt(square / Math.max(1, known)) * (180 / Math.PI);
  return wrongShare(lengthS) * rate * lengthS;
}

/**
 * Fills rows row…end-1 of the gyroscope: a cubic through both neighbours with their slopes where two rows on either side are known and the gap is
 * short, else a straight line (a cubic over a long gap swings out).
 */
function bridgeGyroscope(gyr: Float64Array, source: Int32Array, row: number, end: number): void {
  const length = end - row + 1;
  const smooth = length <= longestCubic && source[row - 2]! >= 0 && source[end + 1]! >= 0;
  for (let k = 0; k < 3; k++) {
    const at = (i: number) => gyr[i * 3 + k]!;
    const [before, after] = [at(row - 1), at(end)];
    const slopeBefore = smooth ? (before - at(row - 2)) * length : after - before;
    const slopeAfter = smooth ? (at(end + 1) - after) * length : after - before;
    for (let i = row; i < end; i++) {
      const s = (i - row + 1) / length;
      const r = 1 - s;
      gyr[i * 3 + k] =
        r * r * (1 + 2 * s) * before +
        s * s * (3 - 2 * s) * after +
        s * r * r * slopeBefore -
        s * s * r * slopeAfter;
    }
  }
}
