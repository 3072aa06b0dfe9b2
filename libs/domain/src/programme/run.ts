import type { ProgrammeEvent } from '../model/event.js';
import type { Instant } from '../model/facts.js';
import type { Ruleset } from '../ruleset.js';
import { evolveAhead, type ProgrammeState } from './state.js';

export const iso = (at: Instant): string => new Date(at).toISOString();

/** The events of one command, with the state as it is after them. */
export class Run {
  readonly events: ProgrammeEvent[] = [];

  constructor(
    public state: ProgrammeState,
    readonly ruleset: Ruleset,
  ) {}

  emit(event: ProgrammeEvent): void {
    this.events.push(event);
    this.state = evolveAhead(this.state, event);
  }
}
