import { defaultRuleset } from '@coxa/domain';
import { expect, test } from '@jest/globals';
import {
  dueOf,
  patientDecider,
  type PatientCommand,
  type PatientState,
  type RegistrationFact,
} from './patient-decider.js';

const at = '2026-01-05T08:00:00+01:00';
const ana: RegistrationFact = {
  kind: 'patient',
  patientId: 'ana',
  enrolledAt: at,
  zone: 'Europe/Berlin',
  side: 'left',
  careTeam: ['dr-lee'],
  consent: { version: '1', at },
};
const { initialState, decide, evolve } = patientDecider(defaultRuleset);
const after = (state: PatientState, command: PatientCommand) => decide(command, state).reduce(evolve, state);
const change = (how: Partial<RegistrationFact>): PatientCommand => ({
  kind: 'change-registration',
  change: (before) => ({ ...before, ...how }),
  receivedAt: at,
});
const enrolled = after(initialState(), { kind: 'register', fact: ana, receivedAt: at });

test('regression: given consent that was withdrawn a moment before, when somebody changes the zone, then the withdrawal stands', () => {
  const withdrawn = after(enrolled, change({ consent: { version: '1', at, withdrawnAt: at } }));
  const moved = after(withdrawn, change({ zone: 'Asia/Tokyo' }));
  expect(moved.registration).toEqual({
    ...ana,
    zone: 'Asia/Tokyo',
    consent: { version: '1', at, withdrawnAt: at },
  });
});

test('given a change that changes nothing, then nothing is written; of nobody, it is refused', () => {
  expect(decide(change({ zone: ana.zone }), enrolled)).toEqual([]);
  expect(() => decide(change({}), initialState())).toThrow(expect.objectContaining({ code: 'conflict' }));
});

test('given an id that is taken, then another enrolment under it is refused', () => {
  expect(() => decide({ kind: 'register', fact: ana, receivedAt: at }, enrolled)).toThrow(
    expect.objectContaining({ code: 'conflict', path: '/id' }),
  );
});

test('given consent that was withdrawn, then the clock has nothing to do for the patient, until they consent anew', () => {
  const withdrawn = after(enrolled, change({ consent: { version: '1', at, withdrawnAt: at } }));
  expect(dueOf(withdrawn, defaultRuleset)).toBeNull();
  const clock: PatientCommand = { kind: 'advance-clock', now: '2026-06-01T08:00:00+02:00' };
  expect(decide(clock, withdrawn)).toEqual([]);
});
