import { describe, expect, test } from '@jest/globals';
import { measureRotation, type Session } from './index.js';

const rate = 50;
const degree = Math.PI / 180;

/** A seated thigh sensor: 2 s of rest, then repetitions of 3 s to the given peaks; internal rotation turns `up` about z. */
function seatedThigh(
  side: 'left' | 'right',
  peaksDeg: readonly number[],
  extra: Partial<Session> = {},
): Session {
  const count = (2 + peaksDeg.length * 3 + 1) * rate;
  const channel = (value: (angle: number, speed: number) => number) =>
    Array.from({ length: count }, (_, i) => {
      const t = i / rate - 2;
      const peak = t < 0 ? 0 : (peaksDeg[Math.floor(t / 3)] ?? 0) * degree;
      const phase = ((t % 3) / 3) * 2 * Math.PI;
      const sign = side === 'right' ? 1 : -1;
      return value((sign * peak * (1 - Math.cos(phase))) / 2, (sign * peak * Math.sin(phase) * Math.PI) / 3);
    });
  const zero = channel(() => 0);
  const channels = {
    accX: channel((angle) => 9.81 * Math.cos(angle)),
    accY: channel((angle) => -9.81 * Math.sin(angle)),
    accZ: zero,
    gyrX: zero,
    gyrY: zero,
    gyrZ: channel((_angle, speed) => speed),
  };
  return {
    kind: 'imu',
    segment: 'thigh',
    side,
    position: 'seated',
    mounting: [1, 0, 0, 0],
    batches: [{ startedAtMs: 0, sampleRateHz: rate, channels }],
    ...extra,
  };
}

describe('rotation of a seated thigh', () => {
  test.each(['left', 'right'] as const)(
    'given three turns inward on the %s, when measured, then each peak is found within half a degree, positive',
    (side) => {
      const { valuesDeg, faults } = measureRotation(seatedThigh(side, [20, 25, 30]));
      expect(faults).toEqual([]);
      expect(valuesDeg).toHaveLength(3);
      [20, 25, 30].forEach((peak, i) => expect(Math.abs(valuesDeg[i]! - peak)).toBeLessThan(0.5));
    },
  );

  test('given a sensor turned on the thigh, when its mounting is known, then the values are the same', () => {
    const straight = seatedThigh('left', [20, 25, 30]);
    const { accX, accY, accZ, gyrX, gyrY, gyrZ } = straight.batches[0]!.channels as Record<string, number[]>;
    // The sensor's x is the segment's -y and its y the segment's x: sensor to segment is a quarter turn about z.
    const channels = {
      accX: accY!,
      accY: accX!.map((value) => -value),
      accZ: accZ!,
      gyrX: gyrY!,
      gyrY: gyrX!,
      gyrZ: gyrZ!,
    };
    const turned: Session = {
      ...straight,
      mounting: [Math.SQRT1_2, 0, 0, Math.SQRT1_2],
      batches: [{ startedAtMs: 0, sampleRateHz: rate, channels }],
    };
    measureRotation(turned).valuesDeg.forEach((value, i) =>
      expect(value).toBeCloseTo(measureRotation(straight).valuesDeg[i]!, 6),
    );
  });

  test('given no mounting, when measured, then there is no value and the reason is said', () => {
    const { mounting: _mounting, ...session } = seatedThigh('left', [20, 20, 20]);
    expect(measureRotation(session)).toEqual({
      valuesDeg: [],
      uncertaintyDeg: null,
      faults: ['mounting-unknown'],
    });
  });

  test('given a second that is missing, when measured, then it gives no value', () => {
    const [batch] = seatedThigh('left', [20, 20, 20]).batches;
    const gap = {
      ...seatedThigh('left', [20, 20, 20]),
      batches: [batch!, { ...batch!, startedAtMs: 20_000 }],
    };
    expect(measureRotation(gap).faults).toEqual(['gap']);
  });
});

test('given a goniometer series, when measured, then its own zero counts and the peaks are its values', () => {
  const angleDeg = [0, 5, 20, 5, 0, 22, 1, 24, 0];
  const session: Session = {
    kind: 'goniometer',
    segment: 'thigh',
    side: 'left',
    position: 'seated',
    batches: [{ startedAtMs: 0, sampleRateHz: 10, channels: { angleDeg } }],
  };
  expect(measureRotation(session)).toEqual({ valuesDeg: [20, 22, 24], uncertaintyDeg: null, faults: [] });
});

test.each(['furlong', 'constructor', 'toString', 'm/s2', 'g', 'rad/s', 'uT'])(
  'regression: given degrees in a unit that nobody knows, or that measures something else (%s), when measured, then that is the fault, and no value is NaN',
  (unit) => {
    const session: Session = {
      kind: 'goniometer',
      segment: 'thigh',
      side: 'left',
      position: 'seated',
      batches: [
        {
          startedAtMs: 0,
          sampleRateHz: 10,
          channels: { angleDeg: [0, 5, 20, 5, 0, 22, 1, 24, 0] },
          units: { angleDeg: unit },
        },
      ],
    };
    const { valuesDeg, faults } = measureRotation(session);
    expect(faults).toContain('unit-fault');
    expect(valuesDeg.filter(Number.isNaN)).toEqual([]);
  },
);
