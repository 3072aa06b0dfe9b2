import { describe, expect, test } from '@jest/globals';
import { EnrolDto, parseDto, parseJson, ReceiverDto } from '../index.js';

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
    ['a zone that does not exist', { ...enrolment, zone: 'Mars/Olympus' }, ['/zone type']],
    ['pain 11', { ...enrolment, baseline: { pain: 11 } }, ['/baseline/pain range']],
    [
      'an unknown flag',
      { ...enrolment, screening: { flags: ['tired'], exclusions: [] } },
      ['/screening/flags enum'],
    ],
    [
      'an unknown field deep inside',
      { ...enrolment, consent: { ...enrolment.consent, x: 1 } },
      ['/consent/x unknown-field'],
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
