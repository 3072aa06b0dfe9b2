import type { EventStore, StoredEvent } from '../ports/event-store.js';
import type { LogRecord, MessageLog } from '../ports/message-log.js';
import type { ViewStore } from '../ports/view-store.js';

const source = 'events';

export const savedAs = (relay: string): string => `relay-${relay}`;
/** A view of its own, disposable, beside the saved position. */
export const toldAs = (relay: string): string => `told-${savedAs(relay)}`;

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
  private told: number | null = null;
  private telling: Promise<void> | undefined;

  constructor(private readonly options: RelayOptions) {}

  private get view(): string {
    return savedAs(this.options.name);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { store, log, views, route } = this.options;
    await this.load();
    this.publishing = true;
    this.tell();
    try {
      for await (const message of store.subscribe(this.position, signal)) {
        if (message.kind !== 'events') continue;
        const records = message.events.map(route).filter((record) => record !== null);
        if (records.length > 0) await log.append(records);
        const last = message.events.at(-1)!.position;
        await views.commit(this.view, [], { [source]: last });
        this.position = last;
        this.tell();
      }
    } finally {
      this.publishing = false;
      await this.telling;
    }
  }

  /** True when everything up to `position` (null: nothing) has been published, here or wherever it is done. */
  async reached(position: number | null): Promise<boolean> {
    if (position === null) return true;
    if (this.options.shared && !this.publishing) await this.load();
    return (this.position ?? -1) >= position;
  }

  private async load(): Promise<void> {
    this.position = (await this.options.views.positions(this.view))[source] ?? null;
  }

  /** Lets other processes see at once how far it has come: the position itself may be saved only now and then. Nothing is published later for it. */
  private tell(): void {
    if (this.options.shared) this.telling ??= this.tellAll().finally(() => (this.telling = undefined));
  }

  private async tellAll(): Promise<void> {
    const { views, name } = this.options;
    const view = toldAs(name);
    while (this.position !== null && this.told !== this.position) {
      const { position } = this;
      const write = () => views.commit(view, [], { [source]: position });
      // Lost, or another process told last: what is told here is true all the same.
      await write()
        .catch(() => views.replace(view, null).then(write))
        .catch(() => undefined);
      this.told = position;
    }
  }
}
