import { describe, expect, test } from '@jest/globals';
import { goniometerReport } from '../analysis/goniometer-report.js';

const swing = (rows: number) => Float64Array.from({ length: rows }, (_, i) => 15 * Math.sin(i / 25));
const report = (angle: Float64Array, unit: 'deg' | 'rad' = 'deg') =>
  goniometerReport({ name: 'g', mode: 'goniometer', sampleRateHz: 50, angle, unit, thresholdDeg: 8 });

describe("a goniometer's series", () => {
  test('given spikes of one to three samples, then they are taken out and flagged, and peak and range are untouched', () => {
    const angle = swing(1000);
    for (const at of [100, 101, 300, 500, 501, 502]) angle[at] = angle[at]! + (at % 2 ? 90 : 70);
    const { summary, flags, valid } = report(angle);
    expect(summary.peakDeg).toBeCloseTo(15, 1);
    expect(summary.rangeDeg).toBeCloseTo(30, 1);
    expect(flags.map(({ code }) => code)).toContain('gap');
    expect(valid[300]).toBe(0);
  });

  test('given angles from 0 to 360°, then they run through zero', () => {
    const { summary, reps } = report(swing(1000).map((value) => (value + 360) % 360));
    expect(summary.peakDeg).toBeCloseTo(15, 1);
    expect(reps.length).toBe(report(swing(1000)).reps.length);
  });

  test('given a spike in the first or the last samples, then it is no peak', () => {
    const angle = swing(1000);
    angle[0] = 150;
    angle[998] = angle[999] = -120;
    const { summary, flags, valid, reps } = report(angle);
    expect(summary.peakDeg).toBeCloseTo(15, 1);
    expect(summary.rangeDeg).toBeCloseTo(30, 1);
    expect(reps.length).toBe(report(swing(1000)).reps.length);
    expect(flags.map(({ code, startS }) => [code, startS])).toEqual([
      ['gap', 0],
      ['gap', 19.96],
    ]);
    const rest = new Float64Array(1000).fill(0).map((_, i) => (i < 400 ? 0 : 15 * Math.sin((i - 400) / 25)));
    rest[0] = 150;
    expect(report(rest).flags).toMatchObject([{ code: 'gap', startS: 0, endS: 0.02 }]);
    expect([valid[0], valid[1], valid[997], valid[998]]).toEqual([0, 1, 1, 0]);
  });

  test('given a second filled with zeros amid a swing, then it is a hole; a pause at zero is none', () => {
    const filled = report(swing(1000).fill(0, 430, 480));
    expect(filled.flags).toMatchObject([{ code: 'gap', startS: 8.6, endS: 9.6 }]);
    expect(filled.valid.subarray(430, 480).includes(1)).toBe(false);
    const fromNought = report(swing(1000).fill(0, 393, 443));
    expect(fromNought.flags).toMatchObject([{ code: 'gap', startS: 7.86, endS: 8.86 }]);
    const pause = swing(1000).map((value) => Math.max(0, value));
    expect(report(pause).flags).toEqual([]);
  });

  test('given a hole of a second, then nothing is made up in it', () => {
    const angle = swing(1000).fill(NaN, 400, 450);
    const { internalRotationDeg, valid } = report(angle);
    expect(internalRotationDeg![425]).toBeNaN();
    expect(valid.subarray(400, 450).every((value) => value === 0)).toBe(true);
  });

  test('given radians that are said to be degrees, then no value is believed; declared, they are converted', () => {
    const radians = swing(1000).map((value) => (value * Math.PI) / 180);
    expect(report(radians)).toMatchObject({ uncertaintyDeg: null, reps: [], summary: { peakDeg: null } });
    expect(report(radians, 'rad').summary.peakDeg).toBeCloseTo(15, 1);
  });

  test('given noise instead of a series, or nothing, then it is rejected', () => {
    const noise = Float64Array.from(
      { length: 1000 },
      (_, i) => ((Math.imul(i, 2654435761) >>> 0) % 120) - 60,
    );
    for (const angle of [
      noise,
      new Float64Array(100).fill(NaN),
      new Float64Array(0),
      new Float64Array(9).fill(1e30),
    ])
      expect(report(angle).flags.map(({ code }) => code)).toContain('rejected');
  });
});
