import { describe, expect, test } from '@jest/globals';
import { defaultRuleset } from '../ruleset.js';
import { advance, deload, easier, regress, volumeLoad } from './dose.js';

const { parameters } = defaultRuleset;
const dose = (reps: number, loadKg: number, sets = 3) => ({ sets, reps, loadKg });
const with_ = (plateKg: number) => ({ ...parameters, plateKg });

describe('a step up (O3, O4, D9)', () => {
  test.each<[string, ReturnType<typeof dose>, number, object | null]>([
    ['a repetition below twelve', dose(11, 10), 2.5, dose(12, 10)],
    ['the plate next to +5 %', dose(12, 10), 2.5, dose(8, 12.5)],
    // 1.05 x 90 = 94.5 kg: 54.5 lies nearer 55 than 52.5.
    ['two plates where they come nearest', dose(12, 50), 2.5, dose(8, 55)],
    // 1.05 x 50 = 52.5 kg; 12.5 lies half-way between 10 and 15, of which only 15 is more: 55 is just a tenth.
    ['exactly a tenth', dose(12, 10), 5, dose(8, 15)],
    ['more than a tenth: a repetition', dose(12, 5), 5, dose(13, 5)],
    ['up to fifteen', dose(14, 0), 10, dose(15, 0)],
    ['not beyond', dose(15, 0), 10, null],
    ['a load off the plates', dose(12, 11), 2.5, dose(8, 15)],
    ['plates of a fraction', dose(12, 0), 1.25, dose(8, 2.5)],
    // 1.05 x 60 = 63 kg: 23 lies half-way between 22 and 24; the lower is taken.
    ['half-way: the lower', dose(12, 20), 2, dose(8, 22)],
    ['more than fifteen by a clinician', dose(20, 0), 10, null],
  ])('%s', (_what, target, plate, next) => {
    expect(advance('squat', target, with_(plate))).toEqual(next);
  });
});

describe('a step down (D9)', () => {
  test.each<[string, string, ReturnType<typeof dose>, object]>([
    [
      'a tenth of the effective load, down to a plate',
      'squat',
      dose(9, 20),
      { kind: 'dose', dose: dose(9, 12.5) },
    ],
    // 0.9 x 50 - 40 = 5 kg: a plate itself.
    ['a plate itself', 'squat', dose(9, 10), { kind: 'dose', dose: dose(9, 5) }],
    ['never below nothing', 'squat', dose(9, 2.5), { kind: 'dose', dose: dose(9, 0) }],
    ['two repetitions', 'squat', dose(9, 0), { kind: 'dose', dose: dose(7, 0) }],
    ['not below five', 'squat', dose(6, 0), { kind: 'dose', dose: dose(5, 0) }],
    [
      'then the easier variant',
      'lunge',
      dose(5, 0, 2),
      { kind: 'variant', exercise: 'squat', dose: dose(8, 0) },
    ],
    [
      'of the split squat the lunge',
      'bulgarian-split-squat',
      dose(5, 0),
      { kind: 'variant', exercise: 'lunge', dose: dose(8, 0) },
    ],
    ['a squat stays, for review', 'squat', dose(5, 0), { kind: 'review', dose: dose(5, 0) }],
  ])('%s', (_what, exercise, target, expected) => {
    expect(regress(exercise, target, parameters)).toEqual(expected);
  });

  test('U3 on a squat regresses so too', () => {
    expect(easier('squat', dose(8, 10), parameters)).toEqual({ kind: 'dose', dose: dose(8, 5) });
    // The load can fall, though the repetitions cannot.
    expect(easier('squat', dose(5, 10), parameters)).toEqual({ kind: 'dose', dose: dose(5, 5) });
    expect(easier('squat', dose(8, 0), parameters)).toEqual({ kind: 'dose', dose: dose(6, 0) });
    expect(easier('squat', dose(5, 0), parameters)).toEqual({ kind: 'review', dose: dose(5, 0) });
  });

  test('a deload is half the sets, rounded up (O6)', () => {
    expect([1, 2, 3, 4, 5].map((sets) => deload(dose(9, 20, sets), parameters).sets)).toEqual([
      1, 1, 2, 2, 3,
    ]);
  });

  test('volume-load counts the share of the body, 40 kg for the seed exercises (D9)', () => {
    expect(
      volumeLoad(
        'lunge',
        [
          { reps: 8, loadKg: 10 },
          { reps: 6, loadKg: 0 },
        ],
        parameters,
      ),
    ).toBe(8 * 50 + 6 * 40);
    expect(volumeLoad('of-our-clinic', [{ reps: 8, loadKg: 10 }], parameters)).toBe(80);
    expect(volumeLoad('passive-ir', [{ reps: 8, loadKg: 10 }], parameters)).toBe(80);
  });
});
