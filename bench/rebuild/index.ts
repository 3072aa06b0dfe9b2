import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { deriveId } from '@coxa/contracts';
import { Projector, systemClock } from '@coxa/eventing';
import { decide, defaultRuleset, evolve, initialState, type ProgrammeEvent } from '@coxa/domain';
import { patientCodec, painView, patientsView, rotationView, timelineView } from '@coxa/program';
import { atLeast, median, type Result } from '../support/result.js';

const patients = 200;
const checkIns = 500;

/** Rebuild of all views of the programme service from one store. */
export async function run(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'coxa-bench-rebuild-'));
  const { events, views, close } = await openEmbedded(folder, systemClock);
  let stored = 0;
  for (let p = 0; p < patients; p++) {
    const history = historyOf(`p${p}`);
    const encoded = history.map((event, index) => ({
      id: deriveId(`p${p}`, index),
      ...patientCodec.encode(event),
      metadata: {},
    }));
    await events.append(`coxa.programme-p${p}`, 'no-stream', encoded);
    stored += encoded.length;
  }
  const stream = 'coxa.programme-';
  const rates: number[] = [];
  for (let round = 0; round < 3; round++) {
    const projector = new Projector(events, views, [
      patientsView(stream),
      timelineView(stream),
      painView(stream),
      rotationView(stream),
    ]);
    const start = performance.now();
    await projector.rebuild(projector.projections.map(({ name }) => name));
    rates.push(stored / ((performance.now() - start) / 1000));
  }
  await close();
  rmSync(folder, { recursive: true, force: true });
  return [atLeast(`rebuild of all views from ${stored} events`, median(rates), 50_000, 'events/s')];
}

function historyOf(patientId: string): ProgrammeEvent[] {
  const at = '2026-01-05T08:00:00Z';
  let state = initialState();
  const all: ProgrammeEvent[] = [];
  const take = (events: readonly ProgrammeEvent[]) => {
    for (const event of events) state = evolve(state, event);
    all.push(...events);
  };
  take(
    decide(
      {
        kind: 'enrol',
        patientId,
        enrolledAt: at,
        zone: 'UTC',
        side: 'left',
        birthYear: 1980,
        consent: { version: '1', at },
        screening: { flags: [], exclusions: [] },
        baseline: { pain: 2 },
        receivedAt: at,
      },
      state,
      defaultRuleset,
    ),
  );
  for (let n = 0; n < checkIns; n++) {
    const when = new Date(Date.parse(at) + n * 43_200_000).toISOString();
    take(
      decide(
        {
          kind: 'record-check-in',
          checkIn: { id: `c${n}`, at: when, pain: { now: 2, site: 'groin', side: 'left' } },
          receivedAt: when,
        },
        state,
        defaultRuleset,
      ),
    );
  }
  return all;
}
