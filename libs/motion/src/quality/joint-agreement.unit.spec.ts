import { describe, expect, test } from '@jest/globals';
import { twoSegments } from '../../testing/two-segments.js';
import { gridOf } from '../recording/grid.js';
import type { JointVerdict } from './joint-agreement.js';
import { jointAgreement } from './joint-agreement.js';

type Columns = Record<string, Float64Array>;

const sound = twoSegments(28, 50, 3);
const poses = [{ startS: 0.5, endS: 2.5 }];
const verdict = ({ pelvis, thigh }: { pelvis: Columns; thigh: Columns }): JointVerdict => {
  const sensor = (name: string, columns: Columns) => ({
    grid: gridOf({ sensor: name, sampleRateHz: 50, columns }),
    mounting: [1, 0, 0, 0] as const,
  });
  return jointAgreement(sensor('pelvis', pelvis), sensor('thigh', thigh), poses);
};
const turned = (columns: Columns, deg: number, fromRow: number): Columns => {
  const [c, s] = [Math.cos((deg * Math.PI) / 180), Math.sin((deg * Math.PI) / 180)];
  const out = { ...columns };
  for (const name of ['acc', 'gyr']) {
    const [x, y] = [columns[`${name}X`]!, columns[`${name}Y`]!];
    out[`${name}X`] = x.map((v, i) => (i < fromRow ? v : c * v - s * y[i]!));
    out[`${name}Y`] = y.map((v, i) => (i < fromRow ? v : s * x[i]! + c * v));
  }
  return out;
};

describe('two segments with a joint between them', () => {
  test('given sensors as they are, then both are proven right and no slip is seen', () => {
    expect(verdict(sound)).toEqual({ pelvis: 'right', thigh: 'right' });
  });

  test("given a gyroscope whose x and z are exchanged, or whose y is turned round, then that sensor's axes are at fault", () => {
    const { gyrX, gyrY, gyrZ } = sound.thigh as {
      gyrX: Float64Array;
      gyrY: Float64Array;
      gyrZ: Float64Array;
    };
    expect(verdict({ ...sound, thigh: { ...sound.thigh, gyrX: gyrZ, gyrZ: gyrX } }).thigh).toBe('axis-fault');
    expect(verdict({ ...sound, thigh: { ...sound.thigh, gyrY: gyrY.map((v) => -v) } }).thigh).toBe(
      'axis-fault',
    );
    const minus = { ...sound.pelvis, gyrY: sound.pelvis['gyrY']!.map((v) => -v) };
    expect(verdict({ ...sound, pelvis: minus })).toEqual({
      pelvis: 'axis-fault',
      thigh: 'insufficient-motion',
    });
  });

  test('given °/s that are read as rad/s, then the unit is at fault', () => {
    const slow = Object.fromEntries(
      Object.entries(sound.thigh).map(([name, values]) => [
        name,
        name.startsWith('gyr') ? values.map((v) => (v * Math.PI) / 180) : values,
      ]),
    );
    expect(verdict({ ...sound, thigh: slow }).thigh).toBe('unit-fault');
  });

  test('given a thigh sensor that turns by 15° about the vertical on the leg, then the slip is seen where it happened', () => {
    const { slip } = verdict({ ...sound, thigh: turned(sound.thigh, 15, 15 * 50) });
    expect(slip!.startS).toBeLessThan(17);
    expect(slip!.endS).toBeGreaterThan(13);
  });

  test('given a person who stands still, or no neutral pose, then nothing is said', () => {
    const still = Object.fromEntries(
      Object.entries(sound.pelvis).map(([name, values]) => [name, values.slice().fill(values[0]!)]),
    );
    expect(verdict({ pelvis: still, thigh: still }).thigh).toBe('insufficient-motion');
    const grid = gridOf({ sensor: 'pelvis', sampleRateHz: 50, columns: sound.pelvis });
    const one = { grid, mounting: [1, 0, 0, 0] as const };
    expect(jointAgreement(one, one, []).pelvis).toBe('insufficient-motion');
  });
});
