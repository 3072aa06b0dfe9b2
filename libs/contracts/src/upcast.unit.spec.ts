import { describe, expect, test } from '@jest/globals';
import { decide, defaultRuleset, evolve, initialState, type ProgrammeCommand } from '@coxa/domain';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type EventData, eventVersions, MalformedError, upcast, type Versions, versions } from './index.js';

const folder = fileURLToPath(new URL('../golden/', import.meta.url));
const golden = readdirSync(folder).sort();
const read = (file: string) => JSON.parse(readFileSync(folder + file, 'utf8')) as EventData;

describe('golden files', () => {
  test('there is one for every version of every event, and no other', () => {
    const wanted = Object.entries(eventVersions).flatMap(([name, last]) =>
      Array.from({ length: last }, (_, before) => `${name}.v${before + 1}.json`),
    );
    expect(golden).toEqual(wanted.sort());
  });

  test.each(golden)(
    '%s: what was once written is readable now, with the fields of the present version',
    (file) => {
      const [, name = '', version = ''] = /^(.+)\.v(\d+)\.json$/.exec(file) ?? [];
      const event = upcast(`coxa.${name}.v${version}`, read(file));
      expect(event.name).toBe(name);
      const present = read(`${name}.v${versions.present[name]}.json`);
      expect(shapeOf(event.data)).toEqual(shapeOf(present));
    },
  );

  test('what the programme decides today has the shape that is promised', () => {
    const at = '2026-01-05T08:00:00Z';
    const series = {
      side: 'left',
      position: 'seated',
      motion: 'active',
      instrument: 'goniometer',
      measuredBy: 'dr-lee',
    } as const;
    const reading = { id: 'r0', at, series, valuesDeg: [20, 21, 22], uncertaintyDeg: null, faults: [] };
    const commands: ProgrammeCommand[] = [
      {
        kind: 'enrol',
        patientId: 'p1',
        enrolledAt: at,
        zone: 'UTC',
        side: 'left',
        birthYear: 1980,
        consent: { version: '1', at },
        screening: { flags: [], exclusions: [] },
        baseline: { pain: 3, rotation: [reading] },
        education: { acknowledgedAt: at },
        startLoadKg: 10,
        receivedAt: at,
      },
      {
        kind: 'record-check-in',
        checkIn: { id: 'c0', at: '2026-01-05T10:00:00Z', pain: { now: 2, site: 'groin', side: 'left' } },
        receivedAt: '2026-01-05T10:00:00Z',
      },
    ];
    let state = initialState();
    const seen = new Set<string>();
    for (const command of commands)
      for (const event of decide(command, state, defaultRuleset)) {
        state = evolve(state, event);
        const { type, at: happened, recordedAt, reason, data } = event;
        const written = JSON.parse(JSON.stringify({ ...data, at: happened, recordedAt, reason })) as unknown;
        expect({ type, shape: shapeOf(written) }).toEqual({ type, shape: shapeOf(read(`${type}.v1.json`)) });
        seen.add(type);
      }
    expect([...seen].sort()).toEqual([
      'check-in-received',
      'patient-enrolled',
      'phase-changed',
      'rotation-measured',
      'target-decided',
    ]);
  });

  test('none holds what could name a person', () => {
    for (const file of golden)
      expect(Object.keys(read(file))).not.toEqual(expect.arrayContaining(['name', 'note']));
  });
});

describe('bringing an event to its present version', () => {
  const made: Versions = {
    present: { renamed: 3 },
    steps: {
      'renamed.v1': ({ kg, ...rest }) => ({ ...rest, loadKg: kg }),
      'renamed.v2': (data) => ({ ...data, sets: data['sets'] ?? 1 }),
    },
  };

  test('given an old one, then every step is taken in order and the original is left as it was', () => {
    const old = { kg: 10 };
    expect(upcast('coxa.renamed.v1', old, made)).toEqual({ name: 'renamed', data: { loadKg: 10, sets: 1 } });
    expect(upcast('coxa.renamed.v2', { loadKg: 5, sets: 3 }, made).data).toEqual({ loadKg: 5, sets: 3 });
    expect(upcast('coxa.renamed.v3', { loadKg: 5 }, made).data).toEqual({ loadKg: 5 });
    expect(old).toEqual({ kg: 10 });
  });

  test.each(['coxa.renamed.v4', 'coxa.renamed.v0', 'coxa.other.v1', 'coxa.constructor.v1', 'renamed.v1', ''])(
    'given %p, then it is refused, not guessed at',
    (type) => {
      expect(() => upcast(type, {}, made)).toThrow(MalformedError);
    },
  );

  test('given a missing step, then it is refused', () => {
    expect(() => upcast('coxa.renamed.v1', {}, { ...made, steps: {} })).toThrow(MalformedError);
  });
});

/** Names and kinds of value, without the values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return 'list';
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]));
}
