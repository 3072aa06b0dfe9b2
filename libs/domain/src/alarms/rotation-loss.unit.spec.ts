import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';
import type { RotationReport } from '../model/command.js';

describe('rotation-loss (M3, D10)', () => {
  const series = {
    side: 'right',
    position: 'seated',
    motion: 'active',
    instrument: 'goniometer',
    measuredBy: 'dr-lee',
  } as const;
  const measured = (
    person: ReturnType<typeof observed>,
    id: string,
    at: string,
    value: number | null,
    valuesDeg = value === null ? [] : [value, value, value],
    of: RotationReport['series'] = series,
  ) => {
    const rotation: RotationReport = {
      id,
      at: `${at}:00Z`,
      series: of,
      valuesDeg,
      uncertaintyDeg: null,
      faults: [],
    };
    person.patient.do({ kind: 'record-rotation', rotation, receivedAt: `${at}:00Z` });
    person.catchUp();
  };
  const states = ({ alarms }: ReturnType<typeof observed>) =>
    alarms().map(({ rule, side, state }) => `${rule} ${side} ${state}`);

  test('two readings 10° low on measuring days that follow each other raise it on the side of the series; one that is not low clears it', () => {
    const person = observed();
    measured(person, 'm1', '2026-01-10T09:00', 30);
    measured(person, 'm2', '2026-01-12T09:00', 20);
    expect(states(person)).toEqual([]);
    measured(person, 'm3', '2026-01-20T09:00', 15);
    expect(states(person)).toEqual(['rotation-loss right active']);
    measured(person, 'm4', '2026-01-21T09:00', 11);
    expect(states(person)).toEqual(['rotation-loss right cleared']);
  });

  test('two low ones on one day are not enough', () => {
    const person = observed();
    for (const [id, at, value] of [
      ['m1', '2026-01-10T09:00', 30],
      ['m2', '2026-01-10T10:00', 30],
      ['m3', '2026-01-10T11:00', 30],
      ['m4', '2026-01-12T09:00', 19],
      ['m5', '2026-01-12T10:00', 19],
    ] as const)
      measured(person, id, at, value);
    expect(states(person)).toEqual([]);
  });

  test('nor when the earlier of them comes after the other', () => {
    const person = observed();
    for (const [id, at, value] of [
      ['m1', '2026-01-10T09:00', 30],
      ['m2', '2026-01-12T10:00', 19],
      ['m3', '2026-01-12T09:00', 19],
    ] as const)
      measured(person, id, at, value);
    expect(states(person)).toEqual([]);
  });

  test('regression: one low reading on a measuring day counts, whatever else was measured that day', () => {
    const person = observed();
    for (const [id, at, value] of [
      ['m1', '2026-01-10T09:00', 30],
      ['m2', '2026-01-12T09:00', 29],
      ['m3', '2026-01-12T10:00', 19],
      ['m4', '2026-01-13T10:00', 19],
    ] as const)
      measured(person, id, at, value);
    expect(states(person)).toEqual(['rotation-loss right active']);
  });

  test('regression: fourteen days are looked back at, however often is measured', () => {
    const person = observed();
    // The median of all 72 is 30, that of the last thirty 21.
    for (let i = 0; i < 40; i++)
      measured(person, `a${i}`, `2026-01-${String(10 + (i >> 3)).padStart(2, '0')}T0${i % 8}:00`, 30);
    for (let i = 0; i < 32; i++)
      measured(person, `b${i}`, `2026-01-${String(16 + (i >> 3)).padStart(2, '0')}T0${i % 8}:00`, 21);
    measured(person, 'm1', '2026-01-21T09:00', 19);
    measured(person, 'm2', '2026-01-22T09:00', 19);
    expect(states(person)).toEqual(['rotation-loss right active']);
  });

  test('regression: a reading that a correction has taken the value from is forgotten', () => {
    const person = observed();
    // Two of 30°, so that the median stays there, and a low one would be the second.
    measured(person, 'm0', '2026-01-09T09:00', 30);
    measured(person, 'm1', '2026-01-10T09:00', 30);
    measured(person, 'm2', '2026-01-12T09:00', 18);
    measured(person, 'm2', '2026-01-12T09:00', null);
    measured(person, 'm3', '2026-01-13T09:00', 18);
    expect(states(person)).toEqual([]);
    measured(person, 'm4', '2026-01-14T09:00', 18);
    expect(states(person)).toEqual(['rotation-loss right active']);
  });

  test('a reading that is not valid is neither low nor not low', () => {
    const person = observed();
    const spread = (id: string, at: string, value: number) =>
      measured(person, id, at, value, [value, value + 6, value]);
    measured(person, 'm1', '2026-01-10T09:00', 30);
    measured(person, 'm2', '2026-01-11T09:00', 30);
    const before = person.events.length;
    spread('m3', '2026-01-12T09:00', 15);
    expect(person.events).toHaveLength(before);
    measured(person, 'm4', '2026-01-13T09:00', 15);
    expect(states(person)).toEqual([]);
    measured(person, 'm5', '2026-01-14T09:00', 15);
    spread('m6', '2026-01-15T09:00', 30);
    expect(states(person)).toEqual(['rotation-loss right active']);
  });

  test('what is usual is the median of the fourteen days before: on their first instant it counts no more', () => {
    const lost = (first: string) => {
      const person = observed();
      measured(person, 'm1', first, 30);
      measured(person, 'm2', '2026-01-24T09:00', 20);
      measured(person, 'm3', '2026-01-25T08:59', 10);
      return states(person);
    };
    expect(lost('2026-01-10T09:01')).toEqual(['rotation-loss right active']);
    expect(lost('2026-01-10T09:00')).toEqual([]);
  });

  test('a reading that arrives late is compared with what came before it, not with what came after', () => {
    const person = observed();
    measured(person, 'm1', '2026-01-10T09:00', 30);
    measured(person, 'm3', '2026-01-14T09:00', 20);
    measured(person, 'm2', '2026-01-12T09:00', 22);
    expect(states(person)).toEqual([]);
    measured(person, 'm4', '2026-01-15T09:00', 12);
    expect(states(person)).toEqual(['rotation-loss right active']);
    expect(person.alarms()[0]).toMatchObject({
      severity: 'MEDIUM',
      reason: 'Rotation was clearly lower on two measuring days.',
      inputs: { value: 12, median: 22 },
    });
  });

  test('a low reading on the very first measuring day is a beginning, no loss', () => {
    const person = observed();
    measured(person, 'm1', '2026-01-10T09:00', 30);
    measured(person, 'm2', '2026-01-10T10:00', 15);
    expect(states(person)).toEqual([]);
  });

  test('a reading that is not low clears the loss of its side alone, and no other alarm', () => {
    const person = observed();
    person.patient.says('2026-01-09T09:00', { flags: ['night-pain'] });
    measured(person, 'm1', '2026-01-10T09:00', 30);
    measured(person, 'm2', '2026-01-12T09:00', 20);
    measured(person, 'm3', '2026-01-13T09:00', 15);
    measured(person, 'n1', '2026-01-14T09:00', 30, undefined, { ...series, side: 'left' });
    expect(states(person)).toEqual(['amber-flag left active', 'rotation-loss right active']);
    measured(person, 'm4', '2026-01-14T09:00', 20);
    expect(states(person)).toEqual(['amber-flag left active', 'rotation-loss right cleared']);
  });

  describe('readings that come in another order, or of another series', () => {
    const lost = () => {
      const person = observed();
      measured(person, 'm1', '2026-01-10T09:00', 30);
      measured(person, 'm2', '2026-01-12T09:00', 20);
      measured(person, 'm3', '2026-01-13T09:00', 15);
      expect(states(person)).toEqual(['rotation-loss right active']);
      return person;
    };

    test('regression: the first of two low ones that comes after the second raises it all the same', () => {
      const person = observed();
      measured(person, 'm1', '2026-01-10T09:00', 30);
      measured(person, 'm3', '2026-01-13T09:00', 15);
      measured(person, 'm2', '2026-01-12T09:00', 20);
      expect(person.alarms()[0]).toMatchObject({
        rule: 'rotation-loss',
        state: 'active',
        lastAt: Date.parse('2026-01-13T09:00:00Z'),
      });
    });

    test('regression: a good reading from before the loss, which comes late, does not clear it', () => {
      const person = lost();
      measured(person, 'm0', '2026-01-11T09:00', 30);
      expect(states(person)).toEqual(['rotation-loss right active']);
      measured(person, 'm4', '2026-01-14T09:00', 30);
      expect(states(person)).toEqual(['rotation-loss right cleared']);
    });

    test('regression: a reading of another series of the same side does not clear it (M5)', () => {
      const person = lost();
      for (const [id, on] of [
        ['n1', '14'],
        ['n2', '15'],
      ] as const)
        measured(person, id, `2026-01-${on}T09:00`, 40, undefined, { ...series, measuredBy: 'self' });
      expect(states(person)).toEqual(['rotation-loss right active']);
    });

    test('given nothing in the 14 days before a reading, then it is not low, and clears it', () => {
      const person = lost();
      measured(person, 'm4', '2026-02-20T09:00', 15);
      expect(states(person)).toEqual(['rotation-loss right cleared']);
    });
  });

  describe('whether a reading was low is judged by what lies before it', () => {
    /** Raised by the last of these, which is low, when the one of the measuring day before it was low too. */
    const raised = (...readings: readonly (readonly [id: string, at: string, value: number])[]) => {
      const person = observed();
      for (const [place, [id, at, value]] of readings.entries()) {
        measured(person, id, `2026-01-${at}`, value);
        if (place < readings.length - 1) expect(states(person)).toEqual([]);
      }
      return states(person);
    };
    const active = ['rotation-loss right active'];

    test('given a lower one after it that came first, then it is low all the same', () =>
      expect(raised(['m1', '10T09:00', 30], ['m3', '14T09:00', 10], ['m2', '12T09:00', 20])).toEqual(active));

    test('given another of the same instant, then that is not before it', () =>
      expect(
        raised(['m1', '10T09:00', 30], ['n', '12T09:00', 25], ['m2', '12T09:00', 19], ['m3', '13T09:00', 10]),
      ).toEqual(active));

    test('given it is corrected to a later day, then what it was is not before it', () =>
      expect(
        raised(
          ['m1', '10T09:00', 30],
          ['m2', '11T09:00', 10],
          ['m2', '12T09:00', 20],
          ['m3', '13T09:00', 10],
        ),
      ).toEqual(active));

    test('given nothing before it, then it is not low, however low it is', () =>
      expect(
        raised(
          ['m2', '12T09:00', -10],
          ['m1', '11T09:00', 30],
          ['m0', '10T09:00', 30],
          ['m3', '13T09:00', 0],
        ),
      ).toEqual([]));
  });
});
