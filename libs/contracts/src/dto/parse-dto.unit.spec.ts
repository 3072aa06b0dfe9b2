import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DeviceDto, EnrolDto, parseDto, parseJson, ReceiverDto } from '../index.js';

const enrolment = {
  zone: 'Europe/Berlin',
  side: 'left',
  birthYear: 1980,
  consent: { version: '1', at: '2026-01-05T08:00:00+01:00' },
  screening: { flags: [], exclusions: [] },
  baseline: { pain: 3 },
};
const faultsOf = (body: unknown) => {
  const parsed = parseDto(EnrolDto, body);
  return parsed.ok ? [] : parsed.errors.map(({ path, code }) => `${path} ${code}`);
};

describe('bodies of low rate', () => {
  test('given a whole enrolment, when checked, then it passes', () =>
    expect(faultsOf(enrolment)).toEqual([]));

  test.each([
    ['a missing zone', { ...enrolment, zone: undefined }, ['/zone required']],
    ['null', { ...enrolment, zone: null }, ['/zone type']],
    ['null where it may be left out', { ...enrolment, name: null }, ['/name type']],
    ['a zone that does not exist', { ...enrolment, zone: 'Mars/Olympus' }, ['/zone enum']],
    ['pain 11', { ...enrolment, baseline: { pain: 11 } }, ['/baseline/pain range']],
    [
      'an unknown flag',
      { ...enrolment, screening: { flags: ['tired'], exclusions: [] } },
      ['/screening/flags/0 enum'],
    ],
    [
      'an unknown field deep inside',
      { ...enrolment, consent: { ...enrolment.consent, x: 1 } },
      ['/consent/x unknown-field'],
    ],
    [
      'a null among the flags',
      { ...enrolment, screening: { flags: ['night-pain', null], exclusions: [] } },
      ['/screening/flags/1 type'],
    ],
    ['a list where an object belongs', { ...enrolment, consent: [] }, ['/consent type']],
    [
      'a list among the readings',
      { ...enrolment, baseline: { pain: 1, rotation: [[]] } },
      ['/baseline/rotation/0 type'],
    ],
    ['half a year', { ...enrolment, birthYear: 1980.5 }, ['/birthYear type']],
    [
      'a reading of two values',
      {
        ...enrolment,
        baseline: {
          pain: 1,
          rotation: [
            {
              id: 'r',
              at: '2026-01-05T08:00:00Z',
              side: 'left',
              position: 'seated',
              motion: 'active',
              instrument: 'goniometer',
              measuredBy: 'x',
              valuesDeg: [1, 2],
            },
          ],
        },
      },
      ['/baseline/rotation/0/valuesDeg range'],
    ],
    ['no object', [], [' type']],
  ])('given %s, when checked, then the place and the kind of fault are said', (_what, body, faults) => {
    expect(faultsOf(JSON.parse(JSON.stringify(body)))).toEqual(faults);
  });

  test('given a mounting that is no rotation, when checked, then it is out of range', () => {
    const device = { patientId: 'p', kind: 'imu', segment: 'thigh', side: 'left', model: 'm' };
    expect(parseDto(DeviceDto, { ...device, mounting: [0.6, 0, 0.8, 0] }).ok).toBe(true);
    for (const mounting of [
      [0, 0, 0, 0],
      [1, 1, 0, 0],
    ])
      expect(parseDto(DeviceDto, { ...device, mounting })).toMatchObject({
        errors: [{ path: '/mounting', code: 'range' }],
      });
  });

  test('given quiet hours that are no times, when checked, then type or range', () => {
    const receiver = { role: 'lead', minSeverity: 'LOW', channels: [{ kind: 'log' }] };
    const quietHours = { from: 22, to: '24:00', zone: 'Europe/Berlin' };
    expect(parseDto(ReceiverDto, { ...receiver, quietHours })).toMatchObject({
      errors: [
        { path: '/quietHours/from', code: 'type' },
        { path: '/quietHours/to', code: 'range' },
      ],
    });
  });

  test('regression: given a hundred thousand unknown fields or items, when checked, then one fault, and nobody waits a minute', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, i]));
    expect(faultsOf(many)).toEqual([' unknown-field']);
    expect(faultsOf({ ...enrolment, consent: many })).toEqual(['/consent unknown-field']);
    const rotation = Array.from({ length: 100_000 }, () => ({}));
    expect(faultsOf({ ...enrolment, baseline: { rotation } })).toEqual(['/baseline/rotation range']);
  });

  test('arbitrary JSON is an enrolment or has faults with places, and nothing is thrown', () => {
    const field = fc.constantFrom(...Object.keys(enrolment), 'careTeam', 'bodyMassKg', 'constructor', 'x');
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (more) => {
        const parsed = parseDto(EnrolDto, { ...enrolment, ...more });
        if (!parsed.ok) expect(parsed.errors.length).toBeGreaterThan(0);
      }),
    );
  });

  test('given __proto__ anywhere, when checked, then it is an unknown field and no prototype is touched', () => {
    const body = parseJson(
      Buffer.from(
        '{"role":"lead","minSeverity":"LOW","channels":[{"kind":"log","__proto__":{"polluted":true}}]}',
      ),
    );
    expect(parseDto(ReceiverDto, body)).toMatchObject({
      ok: false,
      errors: [{ path: '/channels/0/__proto__', code: 'unknown-field' }],
    });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
