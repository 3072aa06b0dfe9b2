import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exerciseCatalogue } from './ruleset/exercises.js';
import { ruleDefinitions } from './ruleset/rules.js';

const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

/** Every rule, statement and definition of the protocol. D10 is alarms, which have tests of their own here and in notification. */
const ids = [
  ...numbered('S', 9),
  ...numbered('O', 8),
  ...numbered('U', 3),
  ...numbered('M', 5),
  'Q1',
  'P01',
  'P12',
  'P23',
  'P3b',
  'P-',
  ...numbered('T', 3),
  ...numbered('A', 25),
  ...numbered('D', 11),
];

const here = import.meta.dirname;

/** What each test says of itself: titles of `test`, `describe` and `check`, ids in words like `S6+S7` apart. */
function titles(): string[] {
  const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.spec.ts'),
  );
  return files.flatMap((name) => {
    const text = readFileSync(join(here, name), 'utf8');
    return [...text.matchAll(/\b(?:test|describe|check)(?:\.each[^)]*\))?\(\s*(['"`])(.*?)\1,/gs)].map(
      ([, , title]) => title!,
    );
  });
}

test('every rule, statement and definition of the protocol has a test that names it', () => {
  const said = titles().join(' ');
  const named = (id: string) => new RegExp(`(?<![A-Za-z0-9])${id}(?![A-Za-z0-9])`).test(said);
  expect(ids.filter((id) => !named(id))).toEqual([]);
});

test('every rule of the ruleset is one of them', () => {
  expect(ruleDefinitions.map(({ id }) => id.replace('−', '-')).filter((id) => !ids.includes(id))).toEqual([]);
});

test('the catalogue has an exercise for each method: strength, the movement itself, passive, isometric, dynamic (A1)', () => {
  expect(new Set(exerciseCatalogue.map(({ modality }) => modality))).toEqual(
    new Set(['strength', 'practice', 'passive', 'isometric', 'dynamic']),
  );
});
