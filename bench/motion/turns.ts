import { turned } from './damage.js';
import type { Recording, TruthHeader } from './recordings.js';

export type Vector = readonly [number, number, number];
type Quaternion = readonly [number, number, number, number];

/** A turn by `deg` degrees about an axis of unit length, as a 3x3 matrix row by row. */
export function turnAbout([x, y, z]: Vector, deg: number): number[] {
  const half = (deg * Math.PI) / 360;
  const s = Math.sin(half);
  return matrixOf([Math.cos(half), x * s, y * s, z * s]);
}

export function randomDirection(random: () => number): Vector {
  for (;;) {
    const v = [2 * random() - 1, 2 * random() - 1, 2 * random() - 1] as const;
    const size = Math.hypot(...v);
    if (size > 0.1 && size < 1) return [v[0] / size, v[1] / size, v[2] / size];
  }
}

/** The segment's long axis in the sensor's axes, or any axis across it. */
export function inSensor(mounting: readonly number[], across: boolean, random: () => number): Vector {
  const [w, x, y, z] = mounting as unknown as Quaternion;
  const angle = random() * 2 * Math.PI;
  const axis = across ? [Math.cos(angle), Math.sin(angle), 0] : [0, 0, 1];
  const m = matrixOf([w, -x, -y, -z]);
  return [0, 1, 2].map((r) =>
    axis.reduce((sum, value, k) => sum + m[r * 3 + k]! * value, 0),
  ) as unknown as Vector;
}

/** The same recording with its sensors' frames turned anyhow; mounting and declared axes go along. All sensors but the first turn alike. */
export function turnedAnyhow({ header, streams, truth }: Recording, random: () => number): Recording {
  const turns = [randomQuaternion(random), randomQuaternion(random)] as const;
  const of = (i: number) => turns[Math.min(i, 1)]!;
  const declared = header.declared && {
    pelvis: axesTurned(header.declared['pelvis'], of(0)),
    thigh: axesTurned(header.declared['thigh'], of(1)),
  };
  const changed: TruthHeader = {
    ...header,
    ...(declared ? { declared } : {}),
    streams: header.streams!.map((stream, i) => ({
      ...stream,
      ...(stream.mounting ? { mounting: without(stream.mounting as unknown as Quaternion, of(i)) } : {}),
    })),
  };
  return {
    header: changed,
    streams: streams.map((columns, i) => turned(columns, ['acc', 'gyr', 'mag'], matrixOf(of(i)))),
    truth,
  };
}

type Axes = NonNullable<TruthHeader['declared']>[string];

function axesTurned(axes: Axes | undefined, q: Quaternion): Axes {
  const m = matrixOf(q);
  const turn = (v: readonly number[]) =>
    [0, 1, 2].map((r) => v.reduce((sum, value, k) => sum + m[r * 3 + k]! * value, 0));
  return Object.fromEntries(Object.entries(axes ?? {}).map(([name, axis]) => [name, turn(axis)]));
}

/** m ⊗ conj(q). */
function without([a, b, c, d]: Quaternion, [w, x, y, z]: Quaternion): Quaternion {
  return [
    a * w + b * x + c * y + d * z,
    -a * x + b * w - c * z + d * y,
    -a * y + b * z + c * w - d * x,
    -a * z - b * y + c * x + d * w,
  ];
}

export function randomQuaternion(random: () => number): Quaternion {
  const q = [0, 0, 0, 0].map(() => random() + random() + random() - 1.5);
  const size = Math.hypot(...q);
  return q.map((value) => value / size) as unknown as Quaternion;
}

export const matrixOf = ([w, x, y, z]: Quaternion): number[] => [
  1 - 2 * (y * y + z * z),
  2 * (x * y - w * z),
  2 * (x * z + w * y),
  2 * (x * y + w * z),
  1 - 2 * (x * x + z * z),
  2 * (y * z - w * x),
  2 * (x * z - w * y),
  2 * (y * z + w * x),
  1 - 2 * (x * x + y * y),
];
