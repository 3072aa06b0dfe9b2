import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Calendar, isoWeekOf, zoneChange } from './week.js';
import { localDay, offsetAt, startOfDay } from './zone.js';

const at = (text: string) => Date.parse(text);
const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

describe('local ISO weeks (D2)', () => {
  test('given a year with 53 weeks, when its last Monday is named, then it is W53', () => {
    expect(isoWeekOf(day('2026-12-28'))).toBe('2026-W53');
    expect(isoWeekOf(day('2027-01-04'))).toBe('2027-W01');
  });

  test('given Berlin, when clocks go forward, then that week is an hour shorter', () => {
    const berlin = new Calendar([{ from: -Infinity, zone: 'Europe/Berlin' }]);
    const week = berlin.weekOf(at('2026-03-28T12:00:00Z'));
    expect(week).toEqual({
      isoWeek: '2026-W13',
      start: at('2026-03-22T23:00:00Z'),
      end: at('2026-03-29T22:00:00Z'),
    });
    expect(week.end - week.start).toBe(167 * 3_600_000);
  });

  test('given Sunday night, when it is still Sunday in Berlin though Monday in UTC+9, then the week is that of Berlin', () => {
    const berlin = new Calendar([{ from: -Infinity, zone: 'Europe/Berlin' }]);
    expect(berlin.weekOf(at('2026-01-04T22:59:59Z')).isoWeek).toBe('2026-W01');
    expect(berlin.weekOf(at('2026-01-04T23:00:00Z')).isoWeek).toBe('2026-W02');
  });

  test('given a move west, when the new zone counts, then the week before is longer and weeks touch', () => {
    const zones = [{ from: -Infinity, zone: 'Europe/Berlin' }];
    const change = zoneChange(zones, 'America/New_York', at('2026-06-10T12:00:00Z'));
    expect(change.from).toBe(at('2026-06-15T04:00:00Z'));
    const calendar = new Calendar([...zones, change]);
    const week = calendar.weekOf(at('2026-06-15T01:00:00Z'));
    expect(week).toEqual({
      isoWeek: '2026-W24',
      start: at('2026-06-07T22:00:00Z'),
      end: at('2026-06-15T04:00:00Z'),
    });
    expect(calendar.weekAfter(week).start).toBe(week.end);
  });

  test('given a move east on a Sunday night, when the new Monday has begun already, then the old zone counts a week longer', () => {
    const zones = [{ from: -Infinity, zone: 'Europe/Berlin' }];
    const change = zoneChange(zones, 'Pacific/Auckland', at('2026-06-14T18:00:00Z'));
    expect(change.from).toBe(startOfDay('Pacific/Auckland', day('2026-06-22')));
    const calendar = new Calendar([...zones, change]);
    expect(calendar.weekOf(at('2026-06-14T18:00:00Z')).isoWeek).toBe('2026-W24');
    expect(calendar.weekOf(at('2026-06-15T10:00:00Z')).end).toBe(change.from);
  });

  test('property: weeks touch and contain their instant, through any change of zone', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Pacific/Auckland',
      'Asia/Kolkata',
      'America/St_Johns',
      'Pacific/Apia',
    );
    const instant = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });
    fc.assert(
      fc.property(zone, zone, instant, fc.integer({ min: -10, max: 10 }), (first, second, received, days) => {
        const zones = [{ from: -Infinity, zone: first }];
        const calendar = new Calendar([...zones, zoneChange(zones, second, received)]);
        const moment = received + days * 86_400_000;
        const week = calendar.weekOf(moment);
        expect(week.start <= moment && moment < week.end).toBe(true);
        expect(calendar.weekAfter(week).start).toBe(week.end);
        expect(calendar.weekBefore(week).end).toBe(week.start);
      }),
    );
  });

  test('given a zone where midnight is skipped, when the day starts, then it starts at its first instant', () => {
    const start = startOfDay('Asia/Beirut', day('2022-03-27'));
    expect(localDay('Asia/Beirut', start)).toBe(day('2022-03-27'));
    expect(localDay('Asia/Beirut', start - 1)).toBe(day('2022-03-26'));
  });

  test('given a zone where midnight comes twice, when the day starts, then it starts at the first of the two', () => {
    const start = startOfDay('America/Havana', day('2026-11-01'));
    expect(start).toBe(at('2026-11-01T04:00:00Z'));
    expect(startOfDay('America/Havana', day('2026-11-02')) - start).toBe(25 * 3_600_000);
  });

  test('given New York on Sunday while it is Monday in Auckland, when told, then the zone counts from the Monday after: a later week than the present one', () => {
    const zones = [{ from: -Infinity, zone: 'Pacific/Auckland' }];
    expect(zoneChange(zones, 'America/New_York', at('2026-06-14T18:00:00Z')).from).toBe(
      at('2026-06-22T04:00:00Z'),
    );
  });

  test('given the very Monday 00:00 of the new zone, when told, then it counts from the next: that lies after the receipt', () => {
    const zones = [{ from: -Infinity, zone: 'America/New_York' }];
    const monday = at('2026-06-14T22:00:00Z');
    expect(zoneChange(zones, 'Europe/Berlin', monday - 1).from).toBe(monday);
    expect(zoneChange(zones, 'Europe/Berlin', monday).from).toBe(monday + 7 * 86_400_000);
  });

  test('given a new zone, then it holds from its first instant on, and the old one until then', () => {
    const from = at('2026-06-15T04:00:00Z');
    const calendar = new Calendar([
      { from: -Infinity, zone: 'Europe/Berlin' },
      { from, zone: 'America/New_York' },
    ]);
    expect(calendar.zoneAt(from - 1)).toBe('Europe/Berlin');
    expect(calendar.zoneAt(from)).toBe('America/New_York');
    expect(calendar.dayOf(from - 1)).toBe(day('2026-06-15'));
    expect(calendar.dayOf(from)).toBe(day('2026-06-15'));
  });
});

describe('offsets of a zone', () => {
  const hours = (zone: string, instant: string, lessMs = 0) =>
    offsetAt(zone, at(instant) - lessMs) / 3_600_000;

  test.each<[string, string, number, number]>([
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 1, 2],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 2, 1],
    ['America/New_York', '2026-03-08T07:00:00Z', -5, -4],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 11, 10.5],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', -10, 14],
    ['Asia/Kolkata', '2026-06-01T00:00:00Z', 5.5, 5.5],
  ])(
    'given %s at %s, then %s hours until the millisecond before, and %s from then on',
    (zone, instant, before, after) => {
      expect(hours(zone, instant, 1)).toBe(before);
      expect(hours(zone, instant)).toBe(after);
    },
  );

  test('given one year and then one before or after it, then each has its own', () => {
    for (const [instant, offset] of [
      ['2026-01-15T00:00:00Z', 1],
      ['2025-07-15T00:00:00Z', 2],
      ['2024-01-15T00:00:00Z', 1],
      ['2026-07-15T00:00:00Z', 2],
      ['2027-07-15T00:00:00Z', 2],
      ['2028-01-15T00:00:00Z', 1],
    ] as const)
      expect({ instant, offset: hours('Europe/Berlin', instant) }).toEqual({ instant, offset });
  });

  test('given a zone that was asked about, then another zone has its own', () => {
    expect(hours('Europe/Berlin', '2026-07-15T00:00:00Z')).toBe(2);
    expect(hours('America/New_York', '2026-07-15T00:00:00Z')).toBe(-4);
    expect(startOfDay('America/New_York', day('2026-07-15'))).toBe(at('2026-07-15T04:00:00Z'));
    expect(startOfDay('Pacific/Kiritimati', day('2026-07-15'))).toBe(at('2026-07-14T10:00:00Z'));
    expect(startOfDay('Pacific/Pago_Pago', day('2026-07-15'))).toBe(at('2026-07-15T11:00:00Z'));
  });
});
