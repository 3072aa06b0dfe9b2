/** state[to…] = the vector at state[from…] turned by the unit quaternion at state[quat…]. */
export function rotateInPlace(state: Float64Array, quat: number, from: number, to: number): void {
  const w = state[quat]!;
  const x = state[quat + 1]!;
  const y = state[quat + 2]!;
  const z = state[quat + 3]!;
  const a = state[from]!;
  const b = state[from + 1]!;
  const c = state[from + 2]!;
  state[to] = (1 - 2 * y * y - 2 * z * z) * a + 2 * b * (y * x - w * z) + 2 * c * (w * y + z * x);
  state[to + 1] = 2 * a * (w * z + y * x) + b * (1 - 2 * x * x - 2 * z * z) + 2 * c * (y * z - x * w);
  state[to + 2] = 2 * a * (z * x - w * y) + 2 * b * (w * x + z * y) + c * (1 - 2 * x * x - 2 * y * y);
}
