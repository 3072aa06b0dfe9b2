import type { EventStore, StoredEvent } from '../ports/event-store.js';
import type { LogRecord, MessageLog } from '../ports/message-log.js';
import type { ViewStore } from '../ports/view-store.js';

const source = 'events';

export interface RelayOptions {
  /** Names the saved position; one relay of a name runs at a time. */
  readonly name: string;
  readonly store: EventStore;
  readonly log: MessageLog;
  readonly views: ViewStore;
  /** The record to publish for an event; null when it is nobody else's business. */
  readonly route: (event: StoredEvent) => LogRecord | null;
}

/**
 * The event store is the outbox: what is in it gets to the log, in order, at least once.
 * The position is saved after the records are durable, so a crash between the two publishes again under the same event ids.
 */
export class Relay {
  private position: number | null = null;

  constructor(private readonly options: RelayOptions) {}

  private get view(): string {
    return `relay-${this.options.name}`;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { store, log, views, route } = this.options;
    this.position = (await views.positions(this.view))[source] ?? null;
    for await (const message of store.subscribe(this.position, signal)) {
      if (message.kind !== 'events') continue;
      const records = message.events.map(route).filter((record) => record !== null);
      if (records.length > 0) await log.append(records);
      const last = message.events.at(-1)!.position;
      await views.commit(this.view, [], { [source]: last });
      this.position = last;
    }
  }

  /** True when everything up to `position` (null: nothing) has been published. */
  reached(position: number | null): boolean {
    return position === null || (this.position ?? -1) >= position;
  }
}
