import { storedJson } from '@coxa/contracts';
import type { Severity } from '@coxa/contracts';
import type { Projection, StoredEvent } from '@coxa/eventing';
import type { Channel } from './receivers.js';

/** One message to one receiver by one channel. */
export interface Delivery {
  readonly id: string;
  readonly noticeId: string;
  readonly alarmId: string;
  readonly patientId: string;
  readonly kind: 'alarm.raised' | 'alarm.severity-raised' | 'alarm.escalated';
  readonly severity: Severity;
  readonly receiver: string;
  readonly channel: Channel;
  /** RFC 3339 of the notice. */
  readonly at: string;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly Attempt[];
  /** When the next attempt is due, epoch ms; null when there is none. */
  readonly nextAt: number | null;
}

export interface Attempt {
  readonly at: string;
  /** HTTP status, or why there was none. */
  readonly status: number | string;
}

// Events of a notice's stream
export type DeliveryEvent =
  | { readonly type: 'deliveries-planned'; readonly deliveries: readonly Delivery[] }
  | {
      readonly type: 'delivery-attempted';
      readonly deliveryId: string;
      readonly attempt: Attempt;
      readonly state: Delivery['state'];
      readonly nextAt: number | null;
    }
  /** Somebody asked for it to be made again. */
  | { readonly type: 'delivery-repeated'; readonly deliveryId: string };

/** Waits before the second and later attempts, ms: 5 s, 30 s, 2 min, 10 min, 1 h. */
export const retryAfterMs = [5_000, 30_000, 120_000, 600_000, 3_600_000] as const;

export const encodeDelivery = ({ type, ...data }: DeliveryEvent) => ({
  type: `coxa.${type}.v1`,
  data: Buffer.from(JSON.stringify(data)),
});

export const decodeDelivery = ({ type, data }: StoredEvent): DeliveryEvent =>
  ({
    type: type.slice('coxa.'.length, -'.v1'.length),
    ...(storedJson(data) as object),
  }) as DeliveryEvent;

/** A delivery after an attempt. */
export const attempted = (
  delivery: Delivery,
  { attempt, state, nextAt }: Extract<DeliveryEvent, { type: 'delivery-attempted' }>,
): Delivery => ({
  ...delivery,
  attempts: [...delivery.attempts, attempt],
  state,
  nextAt,
});

function changedBy(event: DeliveryEvent, get: (key: string) => unknown): readonly Delivery[] {
  if (event.type === 'deliveries-planned') return event.deliveries;
  const known = get(event.deliveryId) as Delivery | undefined;
  // An early version could attempt what no plan held: a receipt of that is no delivery of anybody's.
  if (!known) return [];
  return [event.type === 'delivery-repeated' ? repeated(known) : attempted(known, event)];
}

/** A delivery that is to be made again, at once. */
export const repeated = (delivery: Delivery): Delivery => ({ ...delivery, state: 'pending', nextAt: 0 });

/** Of a notice's stream, the deliveries that are still to be made. */
export function stillPending(events: readonly DeliveryEvent[]): Delivery[] {
  const all = new Map<string, Delivery>();
  for (const event of events)
    for (const delivery of changedBy(event, (id) => all.get(id))) all.set(delivery.id, delivery);
  return [...all.values()].filter(({ state }) => state === 'pending');
}

/** Deliveries by id, and which of them are still to be made. */
export const deliveriesView = (streamPrefix: string): Projection => ({
  name: 'deliveries',
  version: 1,
  reads: (stored) => {
    if (!stored.stream.startsWith(streamPrefix)) return [];
    const event = decodeDelivery(stored);
    return event.type === 'deliveries-planned' ? [] : [event.deliveryId];
  },
  apply(stored, view) {
    if (!stored.stream.startsWith(streamPrefix)) return;
    const event = decodeDelivery(stored);
    for (const delivery of changedBy(event, view.get)) {
      view.put(delivery.id, delivery);
      if (delivery.state === 'pending') view.put(`~pending/${delivery.id}`, true);
      else view.delete(`~pending/${delivery.id}`);
    }
  },
});
