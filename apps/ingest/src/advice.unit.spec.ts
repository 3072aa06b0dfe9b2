import { describe, expect, test } from '@jest/globals';
import { amberFlags, type CheckIn, redFlags } from '@coxa/contracts';
import { adviceFor } from './advice.js';

const said = (more: Partial<CheckIn>): CheckIn => ({
  id: 'c1',
  patientId: 'p1',
  at: '2026-01-06T18:00:00+01:00',
  pain: { now: 2, site: 'groin', side: 'left' },
  ...more,
});
const codes = (more: Partial<CheckIn>) => adviceFor(said(more)).map(({ code }) => code);

describe('advice at once', () => {
  test('every flag is answered, red before amber, each kind once', () => {
    for (const flag of redFlags) expect(codes({ flags: [flag] })).toEqual(['red-flag']);
    for (const flag of amberFlags) expect(codes({ flags: [flag] })).toEqual(['amber-flag']);
    expect(codes({ flags: ['night-pain', 'cold-limb', 'steroid-use', 'deformity'] })).toEqual([
      'red-flag',
      'amber-flag',
    ]);
  });

  test.each(['now', 'worst', 'duringExercise', 'nextMorning'])(
    'a peak of 8 in %s is answered, 7 is not',
    (field) => {
      const pain = (value: number) => ({ now: 0, site: 'groin', side: 'left', [field]: value }) as const;
      expect(codes({ pain: pain(8) })).toEqual(['pain-spike']);
      expect(codes({ pain: pain(7) })).toEqual([]);
    },
  );

  test('each says that this is no emergency service', () => {
    const all = adviceFor(said({ flags: ['cold-limb', 'night-pain'], pain: { now: 10 } }));
    expect(all).toHaveLength(3);
    for (const { text } of all) expect(text).toContain('no emergency service');
  });
});
