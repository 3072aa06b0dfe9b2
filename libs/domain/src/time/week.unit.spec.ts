import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Calendar, isoWeekOf, zoneChange } from './week.js';
import { localDay, startOfDay } from './zone.js';

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
});
