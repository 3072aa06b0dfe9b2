type Columns = Record<string, Float64Array>;
type Vector = [number, number, number];

const axes = ['X', 'Y', 'Z'] as const;
const gravity = 9.81;

/** Turning of a segment, rad/s, and its change, rad/s²: sums of three swings, still until `restS`. */
function swing(t: number, sizes: readonly number[], restS: number): { rate: Vector; change: Vector } {
  const rate: Vector = [0, 0, 0];
  const change: Vector = [0, 0, 0];
  if (t > restS)
    sizes.forEach((size, k) => {
      const fast = 4 + 1.7 * k + size;
      const u = t - restS;
      // Begins at rest: a sine's own derivative would jump.
      const grow = 1 - Math.exp(-u);
      rate[k] = size * Math.sin(fast * u) * grow;
      change[k] = size * (fast * Math.cos(fast * u) * grow + Math.sin(fast * u) * Math.exp(-u));
    });
  return { rate, change };
}

const turn = (q: number[], [x, y, z]: Vector, periodS: number): number[] => {
  const rate = Math.hypot(x, y, z);
  const c = Math.cos((rate * periodS) / 2);
  const s = rate > 0 ? Math.sin((rate * periodS) / 2) / rate : 0;
  const [w, i, j, k] = q as [number, number, number, number];
  return [
    w * c - (i * x + j * y + k * z) * s,
    i * c + (w * x + j * z - k * y) * s,
    j * c + (w * y - i * z + k * x) * s,
    k * c + (w * z + i * y - j * x) * s,
  ];
};

const toBody = ([w, x, y, z]: number[], [a, b, c]: Vector): Vector => {
  const [i, j, k] = [-x!, -y!, -z!];
  const tx = 2 * (j * c - k * b);
  const ty = 2 * (k * a - i * c);
  const tz = 2 * (i * b - j * a);
  return [a + w! * tx + j * tz - k * ty, b + w! * ty + k * tx - i * tz, c + w! * tz + i * ty - j * tx];
};

/**
 * Two rigid segments with a joint between them, each with a sensor whose axes are the segment's: still for `restS`, then swinging while the joint is shaken
 * as in walking. acc m/s², gyr rad/s, `rateHz` rows a second. The segments' neutral pose is the identity.
 */
export function twoSegments(
  durationS: number,
  rateHz: number,
  restS: number,
): { pelvis: Columns; thigh: Columns } {
  const sensor = (sizes: readonly number[], arm: Vector): Columns => {
    const count = Math.round(durationS * rateHz);
    const columns = Object.fromEntries(
      ['acc', 'gyr'].flatMap((name) => axes.map((axis) => [name + axis, new Float64Array(count)])),
    );
    let q = [1, 0, 0, 0];
    for (let row = 0; row < count; row++) {
      const t = row / rateHz;
      const { rate, change } = swing(t, sizes, restS);
      const u = t > restS ? 1 - Math.exp(restS - t) : 0;
      const joint: Vector = [
        2 * u * Math.sin(7 * t),
        1.5 * u * Math.sin(3.5 * t + 1),
        gravity + 2 * u * Math.cos(7 * t),
      ];
      const force = toBody(q, joint);
      const [p, r, s] = rate;
      const [dp, dr, ds] = change;
      const [x, y, z] = arm;
      const turning: Vector = [
        (-r * r - s * s) * x + (p * r - ds) * y + (p * s + dr) * z,
        (p * r + ds) * x + (-p * p - s * s) * y + (r * s - dp) * z,
        (p * s - dr) * x + (r * s + dp) * y + (-p * p - r * r) * z,
      ];
      axes.forEach((axis, k) => {
        columns[`acc${axis}`]![row] = force[k]! + turning[k]!;
        columns[`gyr${axis}`]![row] = rate[k]!;
      });
      const middle = swing(t + 0.5 / rateHz, sizes, restS).rate;
      q = turn(q, middle, 1 / rateHz);
    }
    return columns;
  };
  return {
    pelvis: sensor([0.15, 0.35, 0.4], [0.05, -0.1, 0.08]),
    thigh: sensor([0.4, 1.6, 0.6], [-0.03, 0.06, -0.25]),
  };
}
