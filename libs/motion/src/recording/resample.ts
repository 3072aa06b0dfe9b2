/** Orientations of one grid read off at the rows of another, along the shortest arc; the first and last are held outside. */
export function resampleOrientation(
  quats: Float64Array,
  periodS: number,
  toPeriodS: number,
  toCount: number,
): Float64Array {
  const count = quats.length / 4;
  if (periodS === toPeriodS && count === toCount) return quats;
  const out = new Float64Array(toCount * 4);
  for (let row = 0; row < toCount; row++) {
    const place = Math.min(count - 1, (row * toPeriodS) / periodS);
    const i = Math.min(Math.floor(place + 1e-9), count - 1);
    const share = Math.max(0, place - i);
    const a = i * 4;
    const b = Math.min(i + 1, count - 1) * 4;
    let dot = 0;
    for (let k = 0; k < 4; k++) dot += quats[a + k]! * quats[b + k]!;
    const sign = dot < 0 ? -1 : 1;
    let norm = 0;
    for (let k = 0; k < 4; k++) {
      const value = quats[a + k]! * (1 - share) + sign * quats[b + k]! * share;
      out[row * 4 + k] = value;
      norm += value * value;
    }
    norm = Math.sqrt(norm);
    if (norm > 0) for (let k = 0; k < 4; k++) out[row * 4 + k] = out[row * 4 + k]! / norm;
  }
  return out;
}
