import { describe, expect, test } from '@jest/globals';
import { type Parameters, parameterDefinitions, type ParameterName, parameterNames } from './parameters.js';
import { contradictions, faultOfValue, parseRuleset } from './parse-ruleset.js';
import { defaultParameters } from './parameters.js';

const faultsOf = (document: unknown) => {
  const parsed = parseRuleset(document);
  return parsed.ok ? [] : parsed.faults;
};
const extending = (parameters: unknown, more = {}) =>
  faultsOf({ version: '1.1.0', extends: '1.0.0', parameters, ...more });
const told = (path: string, message: string) => [{ path, message }];

describe('what is said of a ruleset file with a fault', () => {
  test.each<[string, unknown, string, string]>([
    ['a number for a file', 7, '', 'must be an object'],
    ['no version', { extends: '1.0.0', parameters: {} }, '/version', 'is required'],
    [
      'the built-in version',
      { version: '1.0.0', extends: '1.0.0', parameters: {} },
      '/version',
      'must differ from the built-in 1.0.0',
    ],
    ['no parameters', { version: '1.1.0', extends: '1.0.0' }, '/parameters', 'is required'],
    [
      'parameters that are a list',
      { version: '1.1.0', extends: '1.0.0', parameters: [] },
      '/parameters',
      'must be an object',
    ],
    ['another base', { version: '1.1.0', extends: '0.9.0', parameters: {} }, '/extends', 'must be 1.0.0'],
    [
      'a field nobody knows',
      { version: '1.1.0', extends: '1.0.0', parameters: {}, author: 'x' },
      '/author',
      'is not a known field',
    ],
    [
      'an empty title',
      { version: '1.1.0', extends: '1.0.0', parameters: {}, title: ' ' },
      '/title',
      'must be text',
    ],
    [
      'a title that is no text',
      { version: '1.1.0', extends: '1.0.0', parameters: {}, title: 5 },
      '/title',
      'must be text',
    ],
  ])('given %s, then where and what', (_what, document, path, message) => {
    expect(faultsOf(document)).toEqual(told(path, message));
  });

  test.each([1, '1', '1.1', '1.1.0.0', 'v1.1.0', '1.1.0-beta', '1.1.x', ''])(
    'given version %j, then it must be three numbers',
    (version) => {
      expect(extending({}, { version })).toEqual(told('/version', 'must be three numbers such as 1.1.0'));
    },
  );

  test.each(['1.1.0', '10.20.30'])('given version %s, then it is one', (version) => {
    expect(extending({}, { version })).toEqual([]);
  });

  test.each<[string, unknown, string, string]>([
    ['a name that is none', { plates: 5 }, '/parameters/plates', 'is not a parameter of the rules'],
    ['text for a number', { plateKg: '2,5' }, '/parameters/plateKg', 'must be a number'],
    ['no number at all', { plateKg: NaN }, '/parameters/plateKg', 'must be a number'],
    ['half a week', { deloadWeeks: 4.5 }, '/parameters/deloadWeeks', 'must be a whole number'],
    ['half a year', { olderThanYears: 65.5 }, '/parameters/olderThanYears', 'must be a whole number'],
    ['too little', { plateKg: 0.05 }, '/parameters/plateKg', 'must be between 0.1 and 50 (kg)'],
    ['too much', { plateKg: 50.1 }, '/parameters/plateKg', 'must be between 0.1 and 50 (kg)'],
    ['no value', { plateKg: {} }, '/parameters/plateKg/value', 'is required'],
    ['a value that is text', { plateKg: { value: '2' } }, '/parameters/plateKg/value', 'must be a number'],
    [
      'another unit',
      { plateKg: { value: 2, unit: 'lb' } },
      '/parameters/plateKg/unit',
      'must be kg: values are never converted',
    ],
    [
      'a wider range',
      { plateKg: { value: 2, range: [0, 50] } },
      '/parameters/plateKg/range',
      'must be [least, most] within 0.1 and 50',
    ],
    [
      'a range that is wider above',
      { plateKg: { value: 2, range: [1, 51] } },
      '/parameters/plateKg/range',
      'must be [least, most] within 0.1 and 50',
    ],
    [
      'a range of three',
      { plateKg: { value: 2, range: [1, 2, 3] } },
      '/parameters/plateKg/range',
      'must be [least, most] within 0.1 and 50',
    ],
    [
      'a range of text',
      { plateKg: { value: 2, range: ['1', '3'] } },
      '/parameters/plateKg/range',
      'must be [least, most] within 0.1 and 50',
    ],
    [
      'a range turned round',
      { plateKg: { value: 2, range: [3, 1] } },
      '/parameters/plateKg/range',
      'must be [least, most] within 0.1 and 50',
    ],
    [
      'a range that is none',
      { plateKg: { value: 2, range: 5 } },
      '/parameters/plateKg/range',
      'must be [least, most] within 0.1 and 50',
    ],
    [
      'a value under its own range',
      { plateKg: { value: 0.9, range: [1, 3] } },
      '/parameters/plateKg/value',
      'must be between 1 and 3',
    ],
    [
      'a value over its own range',
      { plateKg: { value: 3.1, range: [1, 3] } },
      '/parameters/plateKg/value',
      'must be between 1 and 3',
    ],
    [
      'an empty source',
      { plateKg: { value: 2, source: '  ' } },
      '/parameters/plateKg/source',
      'must be text',
    ],
    [
      'a confidence that is none',
      { plateKg: { value: 2, confidence: 'sure' } },
      '/parameters/plateKg/confidence',
      'must be one of: high, medium, low',
    ],
  ])('given a parameter with %s, then where and what', (_what, parameters, path, message) => {
    expect(extending(parameters)).toEqual(told(path, message));
  });

  test.each<[string, unknown]>([
    ['the least', { plateKg: 0.1 }],
    ['the most', { plateKg: 50 }],
    [
      'the ends of its own range',
      { plateKg: { value: 1, range: [1, 1] }, lossDeg: { value: defaultParameters.lossDeg } },
    ],
    [
      'the whole range',
      { plateKg: { value: 2, unit: 'kg', range: [0.1, 50], source: 'here', confidence: 'high' } },
    ],
    ['medium confidence', { plateKg: { value: 2, confidence: 'medium' } }],
    ['low confidence', { plateKg: { value: 2, confidence: 'low' } }],
  ])('given %s, then it is taken', (_what, parameters) => {
    expect(extending(parameters)).toEqual([]);
  });

  test('given a value that is wrong by itself, then what it does to others is not told too', () => {
    expect(extending({ startReps: 99 }).map(({ path }) => path)).toEqual(['/parameters/startReps']);
    expect(extending({ startReps: { value: 99 } }).map(({ path }) => path)).toEqual([
      '/parameters/startReps/value',
    ]);
    // Another fault elsewhere does not hide it.
    expect(extending({ startReps: 12, topReps: 8, plates: 1 }).map(({ path }) => path)).toEqual([
      '/parameters/plates',
      '/parameters/startReps',
    ]);
  });
});

describe('values that are right alone and wrong together', () => {
  const pairs: readonly (readonly [ParameterName, ParameterName])[] = [
    ['painNoAdvance', 'painStop'],
    ['weeklyRiseHold', 'weeklyRiseRegress'],
    ['spikeMedium', 'spikeHigh'],
    ['spikeAgainAfterH', 'spikeAgainUntilH'],
    ['missingRemindDays', 'missingAlarmDays'],
    ['missingAlarmDays', 'missingRegressDays'],
    ['leastReps', 'startReps'],
    ['startReps', 'topReps'],
    ['topReps', 'lastReps'],
    ['loadStepShare', 'loadCapShare'],
    ['readingMinDeg', 'readingMaxDeg'],
    ['morningWithinH', 'lateWindowH'],
    ['functionSmallChange', 'functionMediumChange'],
    ['functionMediumChange', 'functionLargeChange'],
  ];

  test('the defaults contradict nothing', () => {
    expect(contradictions(defaultParameters)).toEqual([]);
  });

  test.each(pairs)('%s may reach %s and not exceed it', (low, high) => {
    const with_ = (value: number): Parameters => ({ ...defaultParameters, [low]: value });
    const most = defaultParameters[high];
    const said = (value: number) => contradictions(with_(value)).filter(({ name }) => name === low);
    expect(said(most)).toEqual([]);
    expect(said(most + 1)).toEqual([{ name: low, message: `must not exceed ${high} (${most})` }]);
  });
});

describe('a value that is wrong by itself is told once', () => {
  test.each<[string, unknown, string]>([
    ['as a number', 'x', ''],
    ['with its fields', { value: 'x' }, '/value'],
  ])(
    'given %s, and another that its default would exceed, then only what it is by itself',
    (_how, remind, at) => {
      const wrong = { path: `/parameters/missingRemindDays${at}`, message: 'must be a number' };
      const parameters = { missingRemindDays: remind, missingAlarmDays: 1 };
      expect(extending(parameters)).toEqual([wrong]);
      expect(extending(parameters, { title: '' })).toEqual([
        { path: '/title', message: 'must be text' },
        wrong,
      ]);
    },
  );

  test('given it lies below what another may reach, then nothing is said of the other', () =>
    expect(extending({ missingAlarmDays: -5 })).toEqual(
      told('/parameters/missingAlarmDays', 'must be between 1 and 28 (d)'),
    ));
});

test('given a version that is a list of one text, then it must be three numbers', () =>
  expect(extending({}, { version: ['1.1.0'] })).toEqual(
    told('/version', 'must be three numbers such as 1.1.0'),
  ));

test('every parameter takes the ends of its range and nothing beyond', () => {
  for (const name of parameterNames) {
    const [least, most] = parameterDefinitions[name].range;
    expect([name, faultOfValue(name, least), faultOfValue(name, most)]).toEqual([name, null, null]);
    expect(faultOfValue(name, least - 1)).toContain(`must be between ${least} and ${most}`);
    expect(faultOfValue(name, most + 1)).toContain(`must be between ${least} and ${most}`);
  }
});
