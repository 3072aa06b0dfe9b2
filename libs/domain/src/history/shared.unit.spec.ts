import { describe, expect, test } from '@jest/globals';
import type { PhaseEntry, ReadingFact, Series, SessionReport, TargetVersion } from '../model/facts.js';
import { sharedOf, targetToKeep, withSharedReason, withSharedSeries } from './shared.js';

const session: SessionReport = {
  kind: 'strength',
  exercise: 'squat',
  mode: 'active',
  sets: [
    { reps: 8, loadKg: 10 },
    { reps: 8, loadKg: 12.5 },
  ],
  holdSeconds: 30,
};
/** As it comes from the wire: nothing of it is what came before. */
const fresh = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

describe('what many people tell alike is kept once', () => {
  test.each<[string, string | undefined, SessionReport | undefined]>([
    ['a site', 'groin', undefined],
    ['a session', undefined, session],
    ['both', 'groin', session],
    ['a session without sets', undefined, { kind: 'practice' }],
    ['a session with none', undefined, { kind: 'strength', sets: [] }],
  ])(
    'given %s told twice, then it is one object, with what was told and nothing else',
    (_what, site, said) => {
      const one = sharedOf(site, said && fresh(said));
      const other = sharedOf(site, said && fresh(said));
      expect(other).toBe(one);
      expect(one).toStrictEqual({
        ...(site === undefined ? {} : { site }),
        ...(said === undefined ? {} : { session: said }),
      });
    },
  );

  test('given neither, then nothing is kept', () => expect(sharedOf(undefined, undefined)).toBeUndefined());

  test('given they differ in one thing, whatever it is, then each keeps its own', () => {
    const variations: [string | undefined, SessionReport][] = [
      ['groin', session],
      ['side', session],
      [undefined, session],
      ['groin', { ...session, kind: 'practice' }],
      ['groin', { ...session, kind: 'stretch' }],
      ['groin', { ...session, exercise: 'lunge' }],
      ['groin', { ...session, exercise: 'squad' }],
      ['groin', { ...session, mode: 'passive' }],
      ['groin', { ...session, holdSeconds: 31 }],
      ['groin', { ...session, sets: [{ reps: 8, loadKg: 10 }] }],
      ['groin', { ...session, sets: [...session.sets!].reverse() }],
      ['groin', { ...session, sets: session.sets!.map((set) => ({ ...set, reps: 9 })) }],
      ['groin', { ...session, sets: session.sets!.map((set) => ({ ...set, loadKg: 0 })) }],
      // What 1,000 grams and one repetition would make the same number.
      ['groin', { ...session, sets: [{ reps: 9, loadKg: 0 }] }],
      ['groin', { ...session, sets: [{ reps: 8, loadKg: 125 }] }],
    ];
    const without = (field: keyof SessionReport) =>
      Object.fromEntries(
        Object.entries(session).filter(([name]) => name !== field),
      ) as unknown as SessionReport;
    for (const field of ['exercise', 'mode', 'sets', 'holdSeconds'] as const)
      variations.push(['groin', without(field)]);
    const kept = variations.map(([site, said]) => sharedOf(site, fresh(said)));
    expect(new Set(kept).size).toBe(variations.length);
    for (const [place, [site, said]] of variations.entries())
      expect(kept[place]).toStrictEqual({ ...(site === undefined ? {} : { site }), session: said });
    // And again: each is found where it was put.
    expect(variations.map(([site, said]) => sharedOf(site, fresh(said)))).toEqual(kept);
  });

  test('given more of one number than have room, then those after them are kept for themselves, and are right', () => {
    // 9 repetitions and nothing, 8 and 125 kg: one number, five loads and repetitions of it.
    const alike = Array.from({ length: 7 }, (_, n) => ({
      kind: 'strength' as const,
      sets: [{ reps: 10 + n, loadKg: 1_000 - n * 125 }],
    }));
    const kept = alike.map((said) => sharedOf(undefined, said));
    expect(kept.map((each) => each!.session)).toStrictEqual(alike);
    const again = alike.map((said) => sharedOf(undefined, fresh(said)));
    expect(again.slice(0, 4).every((each, place) => each === kept[place])).toBe(true);
    expect(again.map((each) => each!.session)).toStrictEqual(alike);
  });

  test('given a session with more than is known of one, then the rest is left behind', () => {
    const more = { ...session, sets: [{ reps: 8, loadKg: 10, note: 'mine' }], secret: 'mine' };
    expect(JSON.stringify(sharedOf('groin', more))).not.toContain('mine');
  });
});

describe('readings share their series', () => {
  const series: Series = {
    side: 'left',
    position: 'seated',
    motion: 'active',
    instrument: 'goniometer',
    measuredBy: 'dr-lee',
  };
  const reading = (more: Partial<ReadingFact> = {}): ReadingFact => ({
    id: 'm',
    at: 1,
    series: { ...series, ...more.series },
    value: 20,
    uncertaintyDeg: 1,
    valid: true,
    reasons: [],
    receivedAt: 2,
    closedBefore: 3,
    ...more,
  });

  test('given the same twice, then one object; given another in any part, then its own', () => {
    expect(withSharedSeries(reading()).series).toBe(withSharedSeries(reading()).series);
    const others: Series[] = [
      series,
      { ...series, side: 'right' },
      { ...series, position: 'prone' },
      { ...series, motion: 'passive' },
      { ...series, instrument: 'inclinometer' },
      { ...series, measuredBy: 'dr-lea' },
    ];
    const kept = others.map((each) => withSharedSeries(reading({ series: fresh(each) })).series);
    expect(kept).toStrictEqual(others);
    expect(new Set(kept).size).toBe(others.length);
  });

  test.each([{}, { goniometer: true as const }, { valid: false, value: null, reasons: ['spread'] }])(
    'given a reading with %j, then all of it stands as it was',
    (more) => {
      expect(withSharedSeries(reading(more))).toStrictEqual(reading(more));
    },
  );
});

describe('targets and phases share their sentence, and keep all that they were', () => {
  const target: TargetVersion = {
    exercise: 'squat',
    sets: 3,
    reps: 8,
    loadKg: 10,
    weekStart: 1,
    shownFrom: 2,
    decision: 'hold',
    rule: 'S8',
    reason: 'why',
    inputs: { checkIns: 3 },
  };

  test.each<Partial<TargetVersion>>([
    {},
    { removed: true },
    { base: { sets: 4, reps: 8, loadKg: 10 } },
    { setByClinician: true, until: null },
    { until: 9 },
    { gapSince: 0 },
  ])('given a target with %j, then that and nothing else', (more) => {
    expect(targetToKeep({ ...target, ...more })).toStrictEqual({ ...target, ...more });
  });

  test('given a phase, then all of it', () => {
    const phase: PhaseEntry = { phase: '1', since: 1, shownFrom: 2, countFrom: 3, reason: 'why' };
    expect(withSharedReason(phase)).toStrictEqual(phase);
  });
});
