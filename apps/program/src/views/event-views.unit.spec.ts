import type { StoredEvent } from '@coxa/eventing';
import { expect, test } from '@jest/globals';
import { rotationView } from './event-views.js';

const prefix = 'coxa-programme-';
const view = rotationView(prefix);

/** What is listed of a patient after those events. */
function listed(patientId: string, events: readonly StoredEvent[]): unknown[] {
  const entries = new Map<string, unknown>();
  for (const event of events) {
    const known = new Set(view.reads!(event));
    view.apply(event, {
      get: (key) => (known.has(key) ? entries.get(key) : expect(known).toContain(key)),
      put: (key, value) => void entries.set(key, value),
      delete: (key) => void entries.delete(key),
    });
  }
  const own = [...entries].filter(([key]) => key.startsWith(`${patientId}/`));
  return own.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

const measured = (type: string, id: string, at: string, value: number | null, patientId = 'p1') => ({
  stream: prefix + patientId,
  type: `coxa.${type}.v1`,
  data: Buffer.from(
    JSON.stringify({
      at,
      recordedAt: at,
      reason: 'Your rotation was measured.',
      ...{ id, series: {}, value, uncertaintyDeg: 1, valid: value !== null, reasons: [] },
    }),
  ),
  metadata: {},
});

test('regression: given a session whose earlier batches came later, when its measurement is corrected to an earlier start, then only the correction is listed', () => {
  const events = [
    measured('rotation-measured', 'd1/s1', '2026-01-06T10:00:01Z', 25),
    measured('rotation-measured', 'd1/s2', '2026-01-06T11:00:00Z', 30),
    measured('rotation-corrected', 'd1/s1', '2026-01-06T10:00:00Z', null),
    measured('rotation-measured', 'd1/s1', '2026-01-06T12:00:00Z', 99, '~p1'),
  ] as unknown as StoredEvent[];
  expect(listed('p1', events)).toMatchObject([
    { at: '2026-01-06T10:00:00Z', sessionId: 's1', value: null, valid: false },
    { at: '2026-01-06T11:00:00Z', sessionId: 's2', value: 30 },
  ]);
});
