import type { ProgrammeEvent } from '../model/event.js';
import type { Instant } from '../model/facts.js';
import type { Ruleset } from '../ruleset.js';
import { evolveAhead, type ProgrammeState } from './state.js';

/** Ends of weeks are asked for again and again, once for everybody whose week it is. */
const written = new Map<Instant, string>();

/** RFC 3339 in UTC. */
export function iso(at: Instant): string {
  const known = written.get(at);
  if (known !== undefined) return known;
  if (written.size > 1_000) written.clear();
  const text = new Date(at).toISOString();
  written.set(at, text);
  return text;
}

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
