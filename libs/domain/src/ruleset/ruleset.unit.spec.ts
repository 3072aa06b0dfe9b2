import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  baseVersion,
  defaultParameters,
  defaultRuleset,
  easierVariant,
  exerciseCatalogue,
  parameterDefinitions,
  parameterNames,
  parseRuleset,
  ruleDefinitions,
  rulePages,
  seedExercises,
} from '../ruleset.js';
import { contradictions, faultOfValue } from './parse-ruleset.js';

describe('the ruleset', () => {
  test('every parameter has a value within its range, a unit, a source and a confidence', () => {
    for (const name of parameterNames) {
      const { value, unit, source, confidence } = parameterDefinitions[name];
      expect({ name, fault: faultOfValue(name, value) }).toEqual({ name, fault: null });
      expect(unit).not.toBe('');
      expect(source).not.toBe('');
      expect(['high', 'medium', 'low']).toContain(confidence);
    }
    expect(contradictions(defaultParameters)).toEqual([]);
    expect(defaultRuleset.version).toBe(baseVersion);
  });

  test('the rules are those of the protocol, each once, and together they name every parameter', () => {
    expect(ruleDefinitions.map(({ id }) => id).join(' ')).toBe(
      'S1 S2 S3 S4 S5 S6 S7 S8 S9 O1 O2 O3 O4 O5 O6 O7 O8 U1 U2 U3 M1 M2 M3 M4 M5 Q1 P01 P12 P23 P3b P- T1 T2 T3',
    );
    const named = new Set(ruleDefinitions.flatMap(({ parameters }) => parameters));
    const outcomes = [
      'fearChange',
      'hipChange',
      'functionSmallChange',
      'functionMediumChange',
      'functionLargeChange',
    ];
    const noRule = [...outcomes, 'alarmCoolDownH', 'alarmJoinMin', 'alarmLateH'];
    expect(parameterNames.filter((name) => !named.has(name))).toEqual(noRule);
  });

  test('a text names exactly the parameters of its rule', () => {
    for (const { id, text, parameters } of ruleDefinitions) {
      const inText = new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      const spoken = parameters.filter((name) => name !== 'medianDays' || inText.has(name));
      expect({ id, names: [...inText].sort() }).toEqual({ id, names: [...spoken].sort() });
    }
  });

  test('no range lets pain above 5 go on, a spike of 8 pass or a week rise by more than a tenth', () => {
    expect(parameterDefinitions.painStop.range[1]).toBe(5);
    expect(parameterDefinitions.painNoAdvance.range[1]).toBe(3);
    expect(parameterDefinitions.morningHigh.range[1]).toBe(5);
    expect(parameterDefinitions.spikeHigh.range[1]).toBe(8);
    expect(parameterDefinitions.loadCapShare.range[1]).toBe(0.1);
    expect(parameterDefinitions.sessionGapH.range[0]).toBe(48);
  });
});

describe('the catalogue of exercises', () => {
  test('given strength, then squat, lunge and Bulgarian split squat, each easier one known (A15, U3)', () => {
    expect(seedExercises).toEqual(['squat', 'lunge', 'bulgarian-split-squat']);
    expect(easierVariant).toEqual({ lunge: 'squat', 'bulgarian-split-squat': 'lunge' });
  });

  test('given strength, then it covers the primary movers, and the adductors assist (A3, A12)', () => {
    for (const { modality, muscles } of exerciseCatalogue.filter((each) => each.modality === 'strength'))
      expect({ modality, muscles }).toEqual({
        modality: 'strength',
        muscles: {
          'gluteus-medius': 'primary',
          'tensor-fasciae-latae': 'primary',
          'gluteus-minimus': 'main',
          adductors: 'assisting',
        },
      });
  });

  test('given stretches, then the passive one comes first (A22)', () => {
    const stretches = exerciseCatalogue.filter(({ modality }) =>
      ['passive', 'isometric', 'dynamic'].includes(modality),
    );
    expect(stretches.sort((a, b) => a.order - b.order).map(({ id }) => id)).toEqual([
      'passive-ir',
      'isometric-ir',
      'dynamic-ir',
    ]);
  });
});

describe('a ruleset file', () => {
  test('given one that extends, when read, then it changes what it names and nothing else', () => {
    const parsed = parseRuleset({
      version: '1.1.0',
      extends: '1.0.0',
      title: 'lighter plates',
      parameters: {
        plateKg: 1.25,
        deloadWeeks: { value: 4, unit: 'count', range: [3, 6], source: 'our clinic' },
      },
    });
    expect(parsed).toEqual({
      ok: true,
      ruleset: { version: '1.1.0', parameters: { ...defaultParameters, plateKg: 1.25, deloadWeeks: 4 } },
    });
  });

  test('given one that extends nothing, when read, then every parameter must be there', () => {
    expect(parseRuleset({ version: '2.0.0', parameters: defaultParameters }).ok).toBe(true);
    const { plateKg: _gone, ...rest } = defaultParameters;
    expect(parseRuleset({ version: '2.0.0', parameters: rest })).toEqual({
      ok: false,
      faults: [{ path: '/parameters/plateKg', message: 'is required, as nothing is extended' }],
    });
  });

  test('given one with many faults, when read, then all of them are told with their places', () => {
    const parsed = parseRuleset({
      version: '1',
      extends: '0.9.0',
      author: 'x',
      parameters: {
        painStop: 6,
        plateKg: '2,5',
        deloadWeeks: 2.5,
        'a/b~c': 1,
        lossDeg: { value: 10, unit: 'rad', range: [0, 1], source: '', confidence: 'sure', note: 'x' },
        lateWindowH: {},
        startReps: 12,
        topReps: 8,
        sessionGapH: { value: 60, range: [48, 50] },
      },
    });
    expect(parsed.ok ? [] : parsed.faults.map(({ path }) => path).sort()).toEqual([
      '/author',
      '/extends',
      '/parameters/a~1b~0c',
      '/parameters/deloadWeeks',
      '/parameters/lateWindowH/value',
      '/parameters/lossDeg/confidence',
      '/parameters/lossDeg/note',
      '/parameters/lossDeg/range',
      '/parameters/lossDeg/source',
      '/parameters/lossDeg/unit',
      '/parameters/painStop',
      '/parameters/plateKg',
      '/parameters/sessionGapH/value',
      '/parameters/startReps',
      '/version',
    ]);
  });

  test.each([
    ['nothing', null, ['']],
    ['a list', [], ['']],
    ['no field', {}, ['/version', '/parameters']],
    ['the built-in version', { version: '1.0.0', extends: '1.0.0', parameters: {} }, ['/version']],
    [
      'a value that is not finite',
      { version: '1.1.0', extends: '1.0.0', parameters: { plateKg: Infinity } },
      ['/parameters/plateKg'],
    ],
  ])('given %s, when read, then it is refused', (_what, document, paths) => {
    const parsed = parseRuleset(document);
    expect(parsed.ok ? [] : parsed.faults.map(({ path }) => path)).toEqual(paths);
  });
});

describe('the pages of the rules', () => {
  const folder = fileURLToPath(new URL('../../../../docs/reference/rules/', import.meta.url));

  test('what lies in docs/reference/rules is what the ruleset says; write it anew with: node scripts/rule-pages.mjs', () => {
    const pages = rulePages(defaultRuleset);
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages)
      expect({ name, text: readFileSync(folder + name, 'utf8') }).toEqual({ name, text });
  });

  test('given another value, when made, then the page says it', () => {
    const page = rulePages({ version: '1.1.0', parameters: { ...defaultParameters, plateKg: 1.25 } }).get(
      'O3.md',
    )!;
    expect(page).toContain('Plates are 1.25 kg apart.');
    expect(page).toContain('| `plateKg` | 1.25 | kg | 0.1 to 50 |');
  });

  test('given a share, when made, then it is said in per cent up to the whole, and a factor as it is', () => {
    const parameters = { ...defaultParameters, stretchVolumeShare: 1, mdcQuantile: 1.96 };
    const pages = [...rulePages({ version: '1.1.0', parameters }).values()].join();
    expect(pages).toContain('100 %');
    expect(pages).not.toContain('196 %');
  });
});
