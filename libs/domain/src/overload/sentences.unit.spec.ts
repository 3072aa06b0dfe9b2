import { describe, expect, test } from '@jest/globals';
import type { Decision } from '../model/facts.js';
import type { Regressed } from './dose.js';
import { nameOf, reasonFor, startReason } from './sentences.js';

const dose = { sets: 3, reps: 8, loadKg: 12.5 };
const just = (more = {}): Regressed => ({ kind: 'dose', dose: { ...dose, ...more } });

describe('why a target is what it is, in words a patient reads (A5, A6)', () => {
  test.each<[Decision, string, string]>([
    [
      'hold',
      'S1',
      'A warning sign was reported; nothing is asked of you until a clinician has looked. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    [
      'hold',
      'S2',
      'Something you reported should be looked at first, so the load stays as it is. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    [
      'regress',
      'S3',
      'It hurt while you trained, and your hip is listened to. Lighter for now: 3 × 8 with 12.5 kg.',
    ],
    [
      'hold',
      'S4',
      'Your hip was sorer the morning after, so it gets time. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    [
      'hold',
      'S5',
      'Your pain was higher this week than the week before, so your hip gets time. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    [
      'hold',
      'S6',
      'There was a stronger pain this week, so the load does not grow. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    [
      'hold',
      'S8',
      'There is too little from this week to know that more would be safe. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    ['advance', 'O3', 'All sets were done and your hip took it well. A little more: 3 × 8 with 12.5 kg.'],
    [
      'hold',
      'O5',
      'Not all sets were done; that is fine, the same again comes first. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    [
      'deload',
      'O6',
      'A lighter stretch of training lets what you built settle; it is part of the plan, no failure. Half the sets for a week: 3 × 8 with 12.5 kg.',
    ],
    [
      'hold',
      'O7',
      'You have reached the top of this range; your clinician may suggest another exercise. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    [
      'hold',
      'U1',
      'First it should be clear what the exercise is for and where you should feel it. The squat stays at 3 × 8 with 12.5 kg.',
    ],
    ['hold', 'override', 'Your clinician set this. The squat is now 3 × 8 with 12.5 kg.'],
    // A rule that has no words of its own still says what comes next.
    ['hold', 'none', 'The squat stays at 3 × 8 with 12.5 kg.'],
  ])('given %s by %s, then plainly', (decision, rule, sentence) => {
    expect(reasonFor(decision, rule, 'squat', just())).toBe(sentence);
  });

  test('given no load, then with your own weight', () => {
    expect(reasonFor('advance', 'O3', 'squat', just({ loadKg: 0 }))).toMatch(
      /: 3 × 8 with your own weight\.$/,
    );
    expect(reasonFor('advance', 'O3', 'squat', just({ loadKg: 1 }))).toMatch(/: 3 × 8 with 1 kg\.$/);
  });

  test('given an easier variant, then which one takes the place (U3)', () => {
    const variant: Regressed = { kind: 'variant', exercise: 'lunge', dose: { sets: 3, reps: 8, loadKg: 0 } };
    expect(reasonFor('regress', 'U3', 'bulgarian-split-squat', variant)).toBe(
      'The discomfort was hard to control, so an easier variant comes first. The easier lunge takes its place: 3 × 8 with your own weight.',
    );
  });

  test('given nothing lighter is left, then a clinician is asked', () => {
    const review: Regressed = { kind: 'review', dose: { sets: 3, reps: 5, loadKg: 0 } };
    expect(reasonFor('regress', 'S3', 'squat', review)).toBe(
      'It hurt while you trained, and your hip is listened to. The squat stays at 3 × 5 with your own weight; your clinician is asked to look at it.',
    );
  });

  test('given the start, then what it begins with', () => {
    expect(startReason('bulgarian-split-squat', { sets: 2, reps: 8, loadKg: 0 })).toBe(
      'A light start that leaves two or three repetitions in reserve. It begins with the Bulgarian split squat: 2 × 8 with your own weight.',
    );
  });

  test('given an exercise, then a sentence calls it by its name; given one the catalogue does not know, then by its id', () => {
    const ids = [
      'active-ir-seated',
      'active-ir-prone',
      'passive-ir',
      'isometric-ir',
      'dynamic-ir',
      'of-our-clinic',
    ];
    expect(ids.map(nameOf)).toEqual([
      'seated inward turns',
      'prone inward turns',
      'passive stretch',
      'isometric stretch',
      'dynamic stretch',
      'of-our-clinic',
    ]);
  });
});
