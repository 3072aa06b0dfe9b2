import {
  type EventData,
  type PatientFact,
  type PresentEvent,
  upcast,
  wireType,
  storedJson,
} from '@coxa/contracts';
import {
  decide,
  evolve,
  initialState,
  nextDue,
  Refusal,
  type ProgrammeCommand,
  type ProgrammeEvent,
  type ProgrammeState,
  type Ruleset,
} from '@coxa/domain';
import { type Decider, EngineError, type EventCodec, type StoredEvent } from '@coxa/eventing';

export type RegistrationFact = Omit<PatientFact, 'position'>;

/** The registration beside the programme: who may see the patient, and on what consent. Always the whole fact, for the registry. */
export interface PatientRegistered {
  readonly type: 'patient-registered';
  readonly at: string;
  readonly recordedAt: string;
  readonly reason: string;
  readonly data: { readonly registration: RegistrationFact };
}

export type PatientEvent = ProgrammeEvent | PatientRegistered;
export type PatientCommand =
  | ProgrammeCommand
  | {
      readonly kind: 'register';
      readonly fact: RegistrationFact;
      readonly receivedAt: string;
    }
  | {
      readonly kind: 'change-registration';
      /** Made of the registration as it then stands: another change that came a moment before is not undone. */
      readonly change: (before: RegistrationFact) => RegistrationFact;
      readonly receivedAt: string;
    };

export interface PatientState {
  readonly registration: RegistrationFact | null;
  readonly programme: ProgrammeState;
}

/** One stream a patient: registration and programme change together or not at all. */
export const patientDecider = (ruleset: Ruleset): Decider<PatientState, PatientCommand, PatientEvent> => ({
  initialState: () => ({ registration: null, programme: initialState() }),
  evolve: (state, event) =>
    event.type === 'patient-registered'
      ? { ...state, registration: event.data.registration }
      : { ...state, programme: evolve(state.programme, event) },
  decide(command, state) {
    const { registration } = state;
    switch (command.kind) {
      case 'register':
        if (registration) throw new Refusal('conflict', '/id', 'this id is taken');
        return [registered(command.fact, command.receivedAt)];
      case 'change-registration': {
        if (!registration) throw new Refusal('conflict', '', 'nobody is enrolled under this id');
        const fact = command.change(registration);
        return JSON.stringify(fact) === JSON.stringify(registration)
          ? []
          : [registered(fact, command.receivedAt)];
      }
      case 'advance-clock':
        return hasWithdrawn(state) ? [] : decide(command, state.programme, ruleset);
      default:
        return decide(command, state.programme, ruleset);
    }
  },
});

/** Of whom consent is withdrawn nothing is decided by the clock, and nobody is told that they are silent. */
const hasWithdrawn = ({ registration }: PatientState): boolean =>
  registration?.consent.withdrawnAt !== undefined;

/** When the clock next has something to do for a patient (epoch ms); null when it has not. */
export const dueOf = (state: PatientState, ruleset: Ruleset): number | null =>
  hasWithdrawn(state) ? null : nextDue(state.programme, ruleset);

const registered = (registration: RegistrationFact, receivedAt: string): PatientRegistered => ({
  type: 'patient-registered',
  at: receivedAt,
  recordedAt: receivedAt,
  reason: 'The registration was brought up to date.',
  data: { registration },
});

/** On the wire an event is its data with `at`, `recordedAt` and `reason` beside it. */
export const patientCodec: EventCodec<PatientEvent> = {
  encode: ({ type, at, recordedAt, reason, data }) => ({
    type: wireType(type),
    data: Buffer.from(JSON.stringify({ ...data, at, recordedAt, reason })),
  }),
  decode: decodePatientEvent,
};

const decoded = new WeakMap<StoredEvent, PatientEvent>();

/** Decoded once, however many projections look at it. @throws EngineError `undecodable` */
export function decodePatientEvent(stored: StoredEvent): PatientEvent {
  const known = decoded.get(stored);
  if (known) return known;
  const { name, data } = presentOf(stored);
  // Taking the three out of the data would copy all of it.
  const { at, recordedAt, reason } = data;
  const event = { type: name, at, recordedAt, reason, data } as unknown as PatientEvent;
  decoded.set(stored, event);
  return event;
}

function presentOf({ type, data }: StoredEvent): PresentEvent {
  try {
    return upcast(type, storedJson(data) as EventData);
  } catch (cause) {
    throw new EngineError('undecodable', `this ${type} cannot be read`, { cause });
  }
}
