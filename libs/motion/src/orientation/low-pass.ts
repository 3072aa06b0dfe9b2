/** A second-order low-pass; `tauS` is also the time over which the first samples are averaged to start it. */
export interface LowPass {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
  readonly tauS: number;
  readonly periodS: number;
}

/**
 * Butterworth low-pass by the bilinear transform, with its cut-off at √2 / (2π tau), so that tau is the time constant of the damped part
 * of the step response (Laidig and Seel 2023, section 3.2). With tau under half a period nothing is filtered.
 */
export function butterworth(tauS: number, periodS: number): LowPass {
  if (tauS < periodS / 2) return { b0: 1, b1: 0, b2: 0, a1: 0, a2: 0, tauS, periodS };
  const cutOff = Math.SQRT2 / (2 * Math.PI) / tauS;
  const c = Math.tan(Math.PI * cutOff * periodS);
  const d = c * c + Math.SQRT2 * c + 1;
  const b0 = (c * c) / d;
  return {
    b0,
    b1: 2 * b0,
    b2: b0,
    a1: (2 * (c * c - 1)) / d,
    a2: (1 - Math.SQRT2 * c + c * c) / d,
    tauS,
    periodS,
  };
}

/** Numbers that the state of a low-pass over `size` channels takes: how many samples were averaged (-1: running), then two a channel. */
export const lowPassSize = (size: number): number => 1 + 2 * size;

/**
 * One step of `size` channels, from state[input…] to state[output…] (they may be the same), with the filter's memory at state[at…].
 * Everything lies in one array so that nothing is allocated.
 */
export function lowPassStep(
  state: Float64Array,
  at: number,
  size: number,
  filter: LowPass,
  input: number,
  output: number,
): void {
  if (state[at]! >= 0) {
    startUp(state, at, size, filter, input, output);
    return;
  }
  const { b0, b1, b2, a1, a2 } = filter;
  for (let i = 0, m = at + 1; i < size; i++, m += 2) {
    const x = state[input + i]!;
    const y = b0 * x + state[m]!;
    state[m] = b1 * x - a1 * y + state[m + 1]!;
    state[m + 1] = b2 * x - a2 * y;
    state[output + i] = y;
  }
}

/** Until tau has passed the mean of all samples is the answer, so that not one sample alone sets the start. */
function startUp(
  state: Float64Array,
  at: number,
  size: number,
  filter: LowPass,
  input: number,
  output: number,
): void {
  const count = state[at]! + 1;
  const settled = count * filter.periodS >= filter.tauS;
  state[at] = settled ? -1 : count;
  for (let i = 0, m = at + 1; i < size; i++, m += 2) {
    const sum = state[m]! + state[input + i]!;
    const mean = sum / count;
    state[output + i] = mean;
    state[m] = sum;
    if (settled) settle(state, m, filter, mean);
  }
}

/** Memory of one channel as if it had always seen `value`. */
export function settle(state: Float64Array, at: number, { b0, b2, a2 }: LowPass, value: number): void {
  state[at] = value * (1 - b0);
  state[at + 1] = value * (b2 - a2);
}
