import type { StoredEvent } from '../ports/event-store.js';

/** A consistency boundary as three functions. Time, ids and parameters come in with the command. */
export interface Decider<State, Command, Event> {
  initialState(): State;
  /** The events that the command causes; none when it was handled before. Throws when the command is refused. Never changes the state. */
  decide(command: Command, state: State): readonly Event[];
  /** May change and return the state it is given: the engine gives it away. */
  evolve(state: State, event: Event): State;
}

/** Between an event in memory and its wire form, old versions included. */
export interface EventCodec<Event> {
  encode(event: Event): { readonly type: string; readonly data: Uint8Array };
  /** @throws EngineError `undecodable` for bytes that no known version explains. */
  decode(stored: StoredEvent): Event;
}
