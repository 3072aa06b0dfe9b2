import { randomUUID } from 'node:crypto';
import { nameId, namesOf, type Names } from '@coxa/contracts';
import {
  type EventStore,
  Published,
  Registry,
  RevisionConflict,
  type StoredEvent,
  Telling,
  type ViewStore,
  viewName,
} from '@coxa/eventing';
import type { AlarmsState } from '@coxa/domain';
import { CONFIG, type Config, EVENT_STORE, sharesViews, VIEW_STORE } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';
import { decodeAlarmEvent } from '../alarms/alarm-codec.js';
import { alarmsView, patientKey } from '../alarms/alarms-view.js';
import { decodeDelivery, type Delivery, encodeDelivery, stillPending } from './delivery.js';
import { Receivers } from './receivers.js';
import { Sender } from './sender.js';

const view = 'outbox-notices';
const source = 'events';
/** So long positions gather before the last is told: few wait for plans in another process. */
const gatherMs = 50;

/**
 * Turns each decision to notify into deliveries, once: the plan is the first event of the notice's own stream, so that a replay
 * (and a receiver that was added since) finds it made already. What a plan of an earlier run left undone, the sender takes up by itself.
 */
@Injectable()
export class Outbox {
  private position: number | null = null;
  private planning = false;
  /** How far it has come in the process whose turn it is. */
  private readonly elsewhere: Published;
  private readonly telling: Telling | undefined;
  /** Plans are told apart by who made them: an append under an id that is there already would succeed, and be sent again. */
  private readonly maker = randomUUID();
  private readonly names: Names;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Receivers) private readonly receivers: Receivers,
    @Inject(Sender) private readonly sender: Sender,
  ) {
    this.names = namesOf(config.prefix);
    const shared = sharesViews(config);
    this.elsewhere = new Published(views, view, shared);
    this.telling = shared ? new Telling(views, { view, source }, gatherMs) : undefined;
  }

  /** True when whatever was to be told up to `position` (null: nothing) has been planned, here or in another process. */
  async reached(position: number | null): Promise<boolean> {
    if (position === null || (this.position ?? -1) >= position) return true;
    return !this.planning && this.elsewhere.reached(position);
  }

  async run(signal: AbortSignal): Promise<void> {
    this.position = (await this.views.positions(view))[source] ?? null;
    this.planning = true;
    try {
      await this.follow(signal);
    } finally {
      this.planning = false;
      await this.telling?.done();
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    this.telling?.tell(this.position);
    for await (const message of this.store.subscribe(this.position, signal)) {
      if (message.kind !== 'events') continue;
      for (const event of message.events)
        if (event.type === 'coxa.notice-requested.v1') await this.plan(event);
      const last = message.events.at(-1)!.position;
      await this.views.commit(view, [], { [source]: last });
      this.position = last;
      this.telling?.tell(last);
    }
  }

  private async plan(stored: StoredEvent): Promise<void> {
    const event = decodeAlarmEvent(stored);
    if (event.type !== 'notice-requested') return;
    const { noticeId, alarmId, kind, severity } = event.data;
    const stream = this.names.deliveryStream(noticeId);
    const id = nameId(`plan/${noticeId}/${this.maker}`);
    if (await this.plannedBefore(stream)) return;
    const patientId = stored.stream.slice(this.names.alarmsStream('').length);
    const [alarms] = (await this.views.get(viewName(alarmsView('')), [patientKey(patientId)])) as (
      AlarmsState | undefined
    )[];
    const assignee = alarms?.alarms[alarmId]?.assignee ?? null;
    const careTeam = this.registry.patient(patientId)?.careTeam ?? [];
    const deliveries = (await this.receivers.firstFor(severity, careTeam, assignee)).flatMap((receiver) =>
      receiver.channels.map((channel, index): Delivery => ({
        // With the moment of receipt: two installations may know people by the same ids, and who receives from both must not take one's notice for the other's.
        id: nameId(`delivery/${noticeId}/${event.at}/${receiver.id}/${index}`),
        noticeId,
        alarmId,
        patientId,
        kind,
        severity,
        receiver: receiver.id,
        channel,
        at: event.at,
        state: 'pending',
        attempts: [],
        nextAt: 0,
      })),
    );
    const planned = { id, ...encodeDelivery({ type: 'deliveries-planned', deliveries }), metadata: {} };
    try {
      await this.store.append(stream, 'no-stream', [planned]);
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      return void (await this.plannedBefore(stream));
    }
    this.sender.add(deliveries);
  }

  /** What of an earlier plan, perhaps another process's, has not been made may be on nobody's list. */
  private async plannedBefore(stream: string): Promise<boolean> {
    const events = await this.store.readStream(stream);
    this.sender.add(stillPending(events.map(decodeDelivery)));
    return events.length > 0;
  }
}
