import type { EventStore, StoredEvent } from '../ports/event-store.js';
import type { LogRecord, MessageLog } from '../ports/message-log.js';
import type { ViewStore } from '../ports/view-store.js';
import { Telling } from './telling.js';

const source = 'events';

/** So long positions gather before the last is told: a portion of events comes about as often. */
const gatherMs = 10;

export const savedAs = (relay: string): string => `relay-${relay}`;

export interface RelayOptions {
  /** Names the saved position; one relay of a name runs at a time. */
  readonly name: string;
  readonly store: EventStore;
  readonly log: MessageLog;
  readonly views: ViewStore;
  /** The record to publish for an event; null when it is nobody else's business. */
  readonly route: (event: StoredEvent) => LogRecord | null;
  /** Several processes share the saved position, and one of them publishes. */
  readonly shared?: boolean;
}

/**
 * The event store is the outbox: what is in it gets to the log, in order, at least once.
 * The position is saved after the records are durable, so a crash between the two publishes again under the same event ids.
 */
export class Relay {
  private position: number | null = null;
  private publishing = false;
  private readonly telling: Telling | undefined;

  constructor(private readonly options: RelayOptions) {
    const { views, shared } = options;
    this.telling = shared ? new Telling(views, { view: this.view, source }, gatherMs) : undefined;
  }

  private get view(): string {
    return savedAs(this.options.name);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { store, log, views, route } = this.options;
    await this.load();
    this.publishing = true;
    this.telling?.tell(this.position);
    try {
      for await (const message of store.subscribe(this.position, signal)) {
        if (message.kind !== 'events') continue;
        const records = message.events.map(route).filter((record) => record !== null);
        if (records.length > 0) await log.append(records);
        const last = message.events.at(-1)!.position;
        await views.commit(this.view, [], { [source]: last });
        this.position = last;
        this.telling?.tell(last);
      }
    } finally {
      this.publishing = false;
      await this.telling?.done();
    }
  }

  /** True when everything up to `position` (null: nothing) has been published, here or wherever it is done. */
  async reached(position: number | null): Promise<boolean> {
    if (position === null) return true;
    if (this.options.shared && !this.publishing) await this.load();
    return (this.position ?? -1) >= position;
  }

  private async load(): Promise<void> {
    const at = (await this.options.views.positions(this.view))[source] ?? null;
    // An answer that was asked for before this process published may come when it has long begun, and it knows better.
    if (!this.publishing) this.position = at;
  }
}
