import { namesOf } from '@coxa/contracts';
import { type EventStore, Projector, type ViewStore } from '@coxa/eventing';
import { CONFIG, type Config, EVENT_STORE, sharesViews, VIEW_STORE } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';
import { alarmsView } from './alarms/alarms-view.js';
import { deliveriesView } from './deliveries/delivery.js';
import { receiversView } from './deliveries/receivers.js';

/** The views of this service. */
@Injectable()
export class NotificationProjector extends Projector {
  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(VIEW_STORE) views: ViewStore,
  ) {
    const names = namesOf(config.prefix);
    const all = [
      alarmsView(names.alarmsStream('')),
      receiversView(names.receiverStream('')),
      deliveriesView(names.deliveryStream('')),
    ];
    super(store, views, all, sharesViews(config));
  }
}
