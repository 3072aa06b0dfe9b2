/** Takes jumps of a whole turn out, degrees. NaN stays NaN; the first value keeps its turn. */
export function unwrapDegrees(angleDeg: Float64Array): Float64Array {
  const out = new Float64Array(angleDeg.length);
  let turns = 0;
  let last = NaN;
  for (let i = 0; i < angleDeg.length; i++) {
    const angle = angleDeg[i]!;
    if (Number.isFinite(last) && Number.isFinite(angle)) turns -= 360 * Math.round((angle - last) / 360);
    if (Number.isFinite(angle)) last = angle;
    out[i] = angle + turns;
  }
  return out;
}
