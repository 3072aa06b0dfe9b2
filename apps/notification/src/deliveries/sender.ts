import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameId, namesOf, type Names } from '@coxa/contracts';
import {
  type Clock,
  type EventStore,
  RevisionConflict,
  type Stage,
  viewName,
  type ViewStore,
} from '@coxa/eventing';
import { CLOCK, CONFIG, type Config, EVENT_STORE, VIEW_STORE } from '@coxa/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  attempted,
  deliveriesView,
  type Delivery,
  type DeliveryEvent,
  encodeDelivery,
  repeated,
  retryAfterMs,
} from './delivery.js';
import { Receivers } from './receivers.js';
import { postWebhook } from './webhook.js';

const atOnce = 16;
/** How long a receiver may still take once the service stops. */
const patienceMs = 4_000;

/** Makes deliveries and keeps their receipts. What was planned and has no recorded success is made again after a restart, under the same id, by the process whose turn it is. */
@Injectable()
export class Sender implements Stage {
  readonly name = 'deliveries';
  private readonly pending = new Map<string, Delivery>();
  private readonly running = new Set<string>();
  /** What this run has brought to an end: told of it again, it is not made again. */
  private readonly finished = new LRUCache<string, true>({ max: 10_000 });
  private readonly names: Names;
  private readonly logger = new Logger('alarm');
  private wake = new AbortController();
  private readonly giveUp = new AbortController();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Receivers) private readonly receivers: Receivers,
  ) {
    this.names = namesOf(config.prefix);
  }

  add(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries)
      if (!this.pending.has(delivery.id) && !this.finished.has(delivery.id))
        this.pending.set(delivery.id, delivery);
    this.wake.abort();
  }

  settled(): boolean {
    return this.running.size === 0 && this.due().length === 0;
  }

  /** Takes up what was left behind: by the last run, or by another process. */
  async takeUp(): Promise<void> {
    const view = viewName(deliveriesView(''));
    const left = await this.views.list(view, { from: '~pending/', to: '~pending0' });
    this.add(
      (await this.views.get(
        view,
        left.map(({ key }) => key.slice('~pending/'.length)),
      )) as Delivery[],
    );
  }

  /** Leaves what is not on its way to the process whose turn it is now. */
  letGo(): void {
    for (const id of this.pending.keys()) if (!this.running.has(id)) this.pending.delete(id);
  }

  /** Delivers until the signal aborts and what is on its way has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const flying = new Set<Promise<void>>();
    while (!signal.aborted) {
      this.wake = new AbortController();
      for (const delivery of this.due().slice(0, atOnce - flying.size)) {
        this.running.add(delivery.id);
        const flight = this.attempt(delivery).finally(() => {
          this.running.delete(delivery.id);
          flying.delete(flight);
          this.wake.abort();
        });
        flying.add(flight);
      }
      const next = Math.min(
        Infinity,
        ...[...this.pending.values()]
          .filter(({ id }) => !this.running.has(id))
          .map(({ nextAt }) => nextAt ?? Infinity),
      );
      const idle = flying.size >= atOnce ? Infinity : next;
      await this.clock.waitUntil(idle, AbortSignal.any([signal, this.wake.signal]));
    }
    const impatient = setTimeout(() => this.giveUp.abort(), patienceMs);
    await Promise.allSettled(flying);
    clearTimeout(impatient);
  }

  /** Makes one delivery again, whatever became of it before; answers where that is on record. */
  async resend(delivery: Delivery): Promise<number> {
    const position = await this.keep(delivery, { type: 'delivery-repeated', deliveryId: delivery.id });
    this.pending.set(delivery.id, repeated(delivery));
    this.wake.abort();
    return position;
  }

  private due(): Delivery[] {
    const now = this.clock.now();
    return [...this.pending.values()].filter(
      ({ id, nextAt }) => !this.running.has(id) && nextAt !== null && nextAt <= now,
    );
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const status = await this.send(delivery).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    // Not on record, so it is made again, under the same id, at the next start.
    if (this.giveUp.signal.aborted && typeof status !== 'number') return;
    const now = this.clock.now();
    const delivered = typeof status === 'number' && status >= 200 && status < 300;
    const wait = retryAfterMs[delivery.attempts.length];
    const state = delivered ? 'delivered' : wait === undefined ? 'failed' : 'pending';
    const event: DeliveryEvent = {
      type: 'delivery-attempted',
      deliveryId: delivery.id,
      attempt: { at: new Date(now).toISOString(), status },
      state,
      nextAt: state === 'pending' ? now + wait! : null,
    };
    if (!delivered)
      this.logger.warn(
        `delivery ${delivery.id} to ${delivery.receiver} (${delivery.severity}) did not go out: ${status}; ${wait === undefined ? 'given up' : `again in ${wait / 1_000} s`}`,
      );
    await this.keep(delivery, event);
    const after = attempted(delivery, event as Extract<DeliveryEvent, { type: 'delivery-attempted' }>);
    if (after.state === 'pending') this.pending.set(delivery.id, after);
    else {
      this.pending.delete(delivery.id);
      this.finished.set(delivery.id, true);
    }
  }

  private async keep(delivery: Delivery, event: DeliveryEvent): Promise<number> {
    const stream = this.names.deliveryStream(delivery.noticeId);
    for (;;) {
      const revision = (await this.store.readStream(stream)).length - 1;
      const id = nameId(`${delivery.id}/${delivery.attempts.length}/${revision}`);
      try {
        return (await this.store.append(stream, revision, [{ id, ...encodeDelivery(event), metadata: {} }]))
          .position;
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
  }

  private async send({
    id,
    channel,
    receiver,
    alarmId,
    patientId,
    severity,
    kind,
    at,
  }: Delivery): Promise<number | string> {
    switch (channel.kind) {
      case 'log':
        this.logger.warn(`${kind}: ${severity} alarm ${alarmId}`);
        return 200;
      case 'mail':
        return 'mail is not part of this version';
      case 'webhook': {
        const secret = await this.receivers.secretOf(receiver, channel.sealedSecret);
        if (secret === undefined) return 'the secret is gone';
        const body = JSON.stringify({
          type: kind,
          timestamp: at,
          data: { alarmId, patientId, severity, url: `${this.address()}/v1/alarms/${alarmId}` },
        });
        // The receiver judges the signature's age by the real time.
        const timestamp = Math.floor(Date.now() / 1000);
        return postWebhook({
          url: channel.url,
          secret,
          id,
          body,
          timestamp,
          allowPrivate: this.config.webhookAllowPrivate,
          giveUp: this.giveUp.signal,
        });
      }
      default:
        return channel satisfies never;
    }
  }

  private address(): string {
    if (this.config.publicUrl !== undefined) return this.config.publicUrl;
    return (JSON.parse(readFileSync(join(this.config.dataDir, 'server.json'), 'utf8')) as { address: string })
      .address;
  }
}
