import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkCheckIn, flags, maxFaults, parseJson } from './index.js';

const now = Date.parse('2026-02-01T12:00:00Z');
const least = { id: 'c1', patientId: 'p1', at: '2026-02-01T12:00:00+01:00', pain: { now: 0 } };
const hurting = { now: 3, site: 'groin', side: 'left' };
const full = {
  ...least,
  pain: { now: 3, worst: 5, duringExercise: 4, nextMorning: 0, site: 'lower-back', side: 'right' },
  controllable: true,
  feltTarget: false,
  understanding: 5,
  improving: true,
  session: {
    kind: 'strength',
    exercise: 'bulgarian-split-squat',
    mode: 'active',
    sets: [
      { reps: 0, loadKg: 0 },
      { reps: 100, loadKg: 500 },
    ],
    holdSeconds: 600,
  },
  flags: [...flags],
  note: 'ö'.repeat(2_000),
};
const faultsOf = (body: unknown) => checkCheckIn(body, now).map(({ path, code }) => `${path} ${code}`);
const session = (more: object) => ({ ...least, session: { kind: 'strength', ...more } });

describe('a check-in', () => {
  test.each([
    ['the least', least],
    ['everything at its limits', full],
    ['an id of every character', { ...least, id: 'A-z0.9_:', patientId: 'x'.repeat(128) }],
    ['five minutes ahead', { ...least, at: '2026-02-01T12:05:00Z' }],
    ['a leap day', { ...least, at: '2024-02-29T23:59:59.999-12:00' }],
  ])('given %s, then it passes', (_what, body) => {
    expect(faultsOf(body)).toEqual([]);
  });

  test.each([
    ['no object', 7, [' type']],
    ['null', null, [' type']],
    ['a list', [], [' type']],
    ['nothing in it', {}, ['/id required', '/patientId required', '/at required', '/pain required']],
    ['an unknown field', { ...least, mood: 1 }, ['/mood unknown-field']],
    ['a name with / and ~', { ...least, 'a/b~c': 1 }, ['/a~1b~0c unknown-field']],
    ['an unknown field inside', { ...least, pain: { now: 0, when: 1 } }, ['/pain/when unknown-field']],
    ['null where it may be absent', { ...least, note: null }, ['/note type']],
    ['null for a code', { ...least, pain: { ...hurting, site: null } }, ['/pain/site type']],
    ['null for a list', { ...least, flags: null }, ['/flags type']],
    ['pain without a place', { ...least, pain: { now: 1 } }, ['/pain/site required', '/pain/side required']],
    ['both sides', { ...least, pain: { ...hurting, side: 'both' } }, ['/pain/side enum']],
    ['pain 11', { ...least, pain: { ...hurting, now: 11 } }, ['/pain/now range']],
    ['pain −1', { ...least, pain: { now: 0, worst: -1 } }, ['/pain/worst range']],
    ['half a point', { ...least, pain: { now: 0, worst: 1.5 } }, ['/pain/worst type']],
    ['a number as text', { ...least, pain: { now: '3' } }, ['/pain/now type']],
    ['an empty id', { ...least, id: '' }, ['/id range']],
    ['a long id', { ...least, id: 'x'.repeat(129) }, ['/id range']],
    ['an id with a blank', { ...least, id: 'a b' }, ['/id range']],
    ['an id with a line end', { ...least, id: 'a\n' }, ['/id range']],
    ['a date', { ...least, at: '2026-02-01' }, ['/at type']],
    ['a time without offset', { ...least, at: '2026-02-01T12:00:00' }, ['/at type']],
    ['31 February', { ...least, at: '2026-02-31T12:00:00Z' }, ['/at type']],
    ['a number as time', { ...least, at: 1 }, ['/at type']],
    ['more than five minutes ahead', { ...least, at: '2026-02-01T12:05:00.001Z' }, ['/at in-future']],
    ['understanding 0', { ...least, understanding: 0 }, ['/understanding range']],
    ['understanding 6', { ...least, understanding: 6 }, ['/understanding range']],
    ['yes', { ...least, controllable: 'yes' }, ['/controllable type']],
    ['an unknown flag', { ...least, flags: ['cold-limb', 'tired'] }, ['/flags/1 enum']],
    ['33 flags', { ...least, flags: Array.from({ length: 33 }, () => 'cold-limb') }, ['/flags range']],
    ['2,001 characters', { ...least, note: 'x'.repeat(2_001) }, ['/note range']],
    ['no kind', { ...least, session: {} }, ['/session/kind required']],
    ['an unknown exercise', session({ exercise: 'yoga' }), ['/session/exercise unknown-exercise']],
    ['an unknown mode', session({ mode: 'fast' }), ['/session/mode enum']],
    [
      '51 sets',
      session({ sets: Array.from({ length: 51 }, () => ({ reps: 1, loadKg: 1 })) }),
      ['/session/sets range'],
    ],
    ['101 reps', session({ sets: [{ reps: 101, loadKg: 1 }] }), ['/session/sets/0/reps range']],
    ['501 kg', session({ sets: [{ reps: 1, loadKg: 501 }] }), ['/session/sets/0/loadKg range']],
    ['no load', session({ sets: [{ reps: 1 }] }), ['/session/sets/0/loadKg required']],
    ['601 s', session({ holdSeconds: 601 }), ['/session/holdSeconds range']],
  ])('given %s, then the place and the kind of fault are said', (_what, body, faults) => {
    expect(faultsOf(body)).toEqual(faults);
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    'given the name %s, then it is an unknown field',
    (name) => {
      const text = JSON.stringify(least)
        .replace('{', `{"${name}":{"now":0},`)
        .replace('"now":0}}', `"now":0,"${name}":1}}`);
      expect(faultsOf(parseJson(Buffer.from(text)))).toEqual([
        `/${name} unknown-field`,
        `/pain/${name} unknown-field`,
      ]);
    },
  );

  test('what should be there is not taken from a prototype', () => {
    const body = parseJson(Buffer.from(JSON.stringify({ x: least }).replace('"x"', '"__proto__"')));
    expect(faultsOf(body)).toContain('/id required');
  });

  test('nothing but faults is answered with a bounded number of them', () => {
    const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, i]));
    expect(checkCheckIn(body, now)).toHaveLength(maxFaults);
  });

  test('a message never repeats the value', () => {
    const body = {
      ...full,
      note: 7,
      id: 'a secret',
      flags: ['secret'],
      session: { kind: 'secret', exercise: 'secret' },
    };
    expect(JSON.stringify(checkCheckIn(body, now))).not.toContain('secret');
  });

  test('whatever JSON stands in a field, the answer is a list of faults with places', () => {
    const body = fc.dictionary(fc.constantFrom(...Object.keys(full), 'x'), fc.jsonValue());
    fc.assert(
      fc.property(body, (more) => {
        for (const { path } of checkCheckIn({ ...full, ...more }, now)) expect(path).toMatch(/^\//);
      }),
    );
  });
});
