import type { Span } from '../recording/sensor-stream.js';
import type { JointAverages } from './joint-force.js';
import { fitJoint, jointForces } from './joint-force.js';

/** Time that is looked at before and after a moment, and the pieces it is cut in to see how steady it is, s. */
const sideS = 20;
const pieceS = 4;
const everyS = 1;
/** Fewer averages on a side, or in a piece, say nothing. */
const fewestOnSide = 12;
const fewestInPiece = 8;
/** A piece with less than this share of the recording's usual acceleration is a pose. */
const livelyShare = 0.5;
/** A joint that accelerates less than this tells no direction: the accelerometers' own offsets do, m/s². */
const leastUsual = 0.3;
/** How well the two must agree but for the turn (correlation). */
const leastAgreement = 0.9;
/** A piece is never better known than this, degrees. */
const pieceErrorDeg = 2.5;
/** Steps from here on count, when they are as many times larger than their uncertainty; sound ones stay below 2.5 times. */
const leastStepDeg = 9.5;
const timesUncertainty = 3.5;
/** How well the moment is known, s. */
const momentS = 6;

/** A time in the recording: how far the thigh's idea of the joint's acceleration must be turned about the vertical to fit the pelvis's. */
interface Turned {
  readonly angleDeg: number;
  /** One standard error, by how the pieces differ. */
  readonly errorDeg: number;
}

/**
 * The moment from which on one sensor sits turned about the vertical, though its gyroscope saw no turn: both sensors feel the same acceleration of the joint, and
 * its direction tells how they face each other. Neither gravity nor neutral poses can see such a slip. `doubtDeg`: how far the relative heading may have gone
 * astray from one time to another (s) for other reasons. Undefined when there is none.
 */
export function headingSlip(
  averages: JointAverages,
  doubtDeg: (fromS: number, toS: number) => number,
): Span | undefined {
  const forces = jointForces(averages, fitJoint(averages).arms);
  const { timesS } = averages;
  const usual = compare(forces, 0, timesS.length).size;
  if (usual < leastUsual) return undefined;
  const [first, last] = [timesS[0] ?? 0, timesS.at(-1) ?? 0];
  const side = (fromS: number, toS: number) => turnedOver(forces, timesS, fromS, toS, usual);
  let best = { atS: 0, times: 0 };
  for (let atS = first + pieceS; atS < last - pieceS; atS += everyS) {
    const before = side(Math.max(first, atS - sideS), atS);
    const after = side(atS, Math.min(last, atS + sideS));
    if (before === undefined || after === undefined) continue;
    const stepDeg = Math.abs(wrapped(after.angleDeg - before.angleDeg));
    const other = doubtDeg(Math.max(first, atS - sideS), Math.min(last, atS + sideS));
    const times = stepDeg / Math.hypot(before.errorDeg, after.errorDeg, other);
    if (stepDeg > leastStepDeg && times > best.times) best = { atS, times };
  }
  if (best.times < timesUncertainty) return undefined;
  return { startS: Math.max(0, best.atS - momentS), endS: best.atS + momentS };
}

function turnedOver(
  forces: Float64Array,
  timesS: readonly number[],
  fromS: number,
  toS: number,
  usual: number,
): Turned | undefined {
  const place = (t: number) => {
    const found = timesS.findIndex((time) => time >= t);
    return found < 0 ? timesS.length : found;
  };
  const [from, to] = [place(fromS), place(toS)];
  if (to - from < fewestOnSide) return undefined;
  const whole = compare(forces, from, to);
  if (whole.agreement < leastAgreement) return undefined;
  const pieces = Math.max(1, Math.floor((toS - fromS) / pieceS));
  const off: number[] = [];
  for (let i = 0; i < pieces; i++) {
    const a = place(fromS + (i * (toS - fromS)) / pieces);
    const b = Math.min(to, place(fromS + ((i + 1) * (toS - fromS)) / pieces));
    const piece = compare(forces, a, b);
    if (b - a >= fewestInPiece && piece.size > livelyShare * usual)
      off.push(wrapped(piece.angleDeg - whole.angleDeg));
  }
  if (off.length === 0) return undefined;
  const spread = Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / Math.max(1, off.length - 1));
  return {
    angleDeg: whole.angleDeg,
    errorDeg: Math.max(off.length > 1 ? spread : 0, pieceErrorDeg) / Math.sqrt(off.length),
  };
}

/** Angle about the vertical from the thigh's horizontal accelerations to the pelvis's, how well they agree then, and their usual size. */
function compare(
  forces: Float64Array,
  from: number,
  to: number,
): { angleDeg: number; agreement: number; size: number } {
  let [cross, dot, pelvis, thigh] = [0, 0, 0, 0];
  for (let i = from * 6; i < to * 6; i += 6) {
    const [px, py, tx, ty] = [forces[i]!, forces[i + 1]!, forces[i + 3]!, forces[i + 4]!];
    cross += tx * py - ty * px;
    dot += px * tx + py * ty;
    pelvis += px * px + py * py;
    thigh += tx * tx + ty * ty;
  }
  const both = Math.sqrt(pelvis * thigh);
  return {
    angleDeg: (Math.atan2(cross, dot) * 180) / Math.PI,
    agreement: both > 0 ? Math.hypot(cross, dot) / both : 0,
    size: to > from ? Math.sqrt(pelvis / (to - from)) : 0,
  };
}

const wrapped = (deg: number): number => ((((deg + 180) % 360) + 360) % 360) - 180;
