import { describe, expect, test } from '@jest/globals';
import type { RotationReport } from './model/command.js';
import { defaultRuleset } from './ruleset.js';
import { judgeReading, seriesAt, seriesKey } from './rotation.js';

const dayMs = 86_400_000;
const series = {
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument: 'inclinometer',
  measuredBy: 'self',
} as const;
const { parameters } = defaultRuleset;
const judged = (
  valuesDeg: number[],
  position: RotationReport['series']['position'] = 'seated',
  faults: string[] = [],
) =>
  judgeReading(
    { id: 'r', at: '', series: { ...series, position }, valuesDeg, uncertaintyDeg: null, faults },
    parameters,
  );

describe('a valid reading (M1, D8)', () => {
  test.each<[number[], number | null, string[]]>([
    [[20, 25, 22], 22, []],
    [[20, 25.1, 22], 22, ['spread']],
    [[-10, -8, -9], -9, []],
    [[-10.1, -9, -8], -9, ['out-of-range']],
    [[90, 88, 89], 89, []],
    [[90.1, 89, 88], 89, ['out-of-range']],
    [[20, 21], null, ['fewer-than-three-repetitions']],
    // Two are no spread yet.
    [[20, 40], null, ['fewer-than-three-repetitions']],
    // The first three repetitions count, whatever comes after.
    [[20, 21, 22, 60], 21, []],
  ])('%j has the value %p and the faults %j', (values, value, reasons) => {
    expect(judged(values)).toEqual({ value, valid: reasons.length === 0, reasons });
  });

  test('standing it lies between 0° and 90°; what the recording says against it counts', () => {
    expect(judged([-1, 1, 0], 'standing').reasons).toEqual(['out-of-range']);
    expect(judged([0, 1, 0], 'standing').valid).toBe(true);
    expect(judged([20, 21, 22], 'seated', ['no-mounting'])).toMatchObject({
      valid: false,
      reasons: ['no-mounting'],
    });
  });
});

describe('better or worse (M2, D8)', () => {
  const reading = (n: number, value: number, more = {}) => ({
    id: `r${n}`,
    at: n * dayMs,
    series,
    value,
    uncertaintyDeg: null,
    valid: true,
    reasons: [],
    receivedAt: 0,
    closedBefore: 0,
    ...more,
  });
  const verdict = (at: number, ...list: ReturnType<typeof reading>[]) =>
    seriesAt(list, at * dayMs, -Infinity, parameters).map((state) => `${state.change} ${state.verdict}`)[0];

  test.each([
    ['six more', verdict(10, reading(1, 20), reading(10, 26)), '6 better'],
    ['a hair less than six', verdict(10, reading(1, 20), reading(10, 25.9)), '5.899999999999999 no-change'],
    ['six less', verdict(10, reading(1, 20), reading(10, 14)), '-6 worse'],
    ['before seven days', verdict(7.99, reading(1, 20), reading(7.5, 30)), 'null not-enough-data'],
    ['at seven days', verdict(8, reading(1, 20), reading(8, 30)), '10 better'],
    ['nothing in the last seven days', verdict(17, reading(1, 20), reading(10, 30)), 'null not-enough-data'],
    ['a little sooner', verdict(16.99, reading(1, 20), reading(10, 30)), '10 better'],
    ['a reading at the seventh day is no baseline', verdict(8, reading(1, 20), reading(8, 40)), '20 better'],
    [
      'medians of an even count',
      verdict(10, reading(1, 20), reading(2, 22), reading(9, 30), reading(10, 31)),
      '9.5 better',
    ],
    [
      'one that is not valid counts nowhere',
      verdict(10, reading(1, 20), reading(2, 60, { valid: false }), reading(10, 26)),
      '6 better',
    ],
    [
      'one still to come counts nowhere',
      verdict(10, reading(1, 20), reading(10, 26), reading(11, 90)),
      '6 better',
    ],
  ])('given %s', (_what, found, expected) => {
    expect(found).toBe(expected);
  });

  test('given readings that arrived in another order, then the first is the earliest', () => {
    expect(verdict(10, reading(10, 26), reading(8, 40), reading(1, 20))).toBe('13 better');
  });

  test('given one of the compared by a goniometer, then its 9° count for the series (M2)', () => {
    const goniometer = { goniometer: true as const };
    expect(verdict(10, reading(1, 20), reading(10, 28.9, goniometer))).toBe('8.899999999999999 no-change');
    expect(verdict(10, reading(1, 20, goniometer), reading(10, 29))).toBe('9 better');
  });

  test('given names that would run into each other, then they are series of their own (M5)', () => {
    const one = { ...series, instrument: 'dot', measuredBy: 'self' };
    expect(seriesKey(one)).not.toBe(seriesKey({ ...one, instrument: 'dots', measuredBy: 'elf' }));
  });

  test('given a gap, then what was before it belongs to another baseline; what lies on its end does not', () => {
    const list = [reading(1, 20), reading(10, 40), reading(18, 46)];
    expect(seriesAt(list, 18 * dayMs, 10 * dayMs, parameters)).toMatchObject([
      { baseline: 40, change: 6, verdict: 'better' },
    ]);
    expect(seriesAt(list, 18 * dayMs, 10 * dayMs + 1, parameters)).toMatchObject([
      { baseline: 46, change: null },
    ]);
  });
});
