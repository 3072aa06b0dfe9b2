import { collectDefaultMetrics, Counter, Gauge, Registry as PromRegistry } from 'prom-client';
import { RequestTimes } from './request-times.js';

export interface Lag {
  readonly group: string;
  readonly topic: string;
  readonly lag: number;
}

export interface Tally {
  readonly labels: { readonly kind: string; readonly duplicate: 'yes' | 'no' };
  count: number;
}

/** What Prometheus may know: counts and times by route and outcome, never a patient. */
export class Metrics {
  private readonly registry = new PromRegistry();

  readonly requests = new RequestTimes();
  readonly accepted = new Counter({
    name: 'coxa_accepted_total',
    help: 'Check-ins and batches acknowledged, by kind and whether they were seen before',
    labelNames: ['kind', 'duplicate'],
    registers: [this.registry],
    collect: () => this.handOver(),
  });
  readonly refused = new Counter({
    name: 'coxa_refused_total',
    help: 'Messages of transports that cannot answer, refused for good, by reason',
    labelNames: ['transport', 'code'],
    registers: [this.registry],
  });
  readonly mqttConnected = new Gauge({
    name: 'coxa_mqtt_connected',
    help: '1 while the MQTT broker is connected',
    registers: [this.registry],
  });
  readonly parked = new Gauge({
    name: 'coxa_parked_messages',
    help: 'Messages set aside with their key',
    registers: [this.registry],
  });

  private readonly tallies: Tally[] = [];

  constructor() {
    this.registry.registerMetric(this.requests.asMetric);
    // How late timers are is measured with one of 100 ms: one of 10 ms, as it comes, woke an idle service a hundred times a second.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 100 });
  }

  /** How far groups are behind; asked for each time that Prometheus asks, and told by no value when it cannot be known. */
  followLags(ask: () => Promise<readonly Lag[]>): void {
    new Gauge({
      name: 'coxa_consumer_lag',
      help: 'Messages that a group has not committed yet, by group and topic',
      labelNames: ['group', 'topic'],
      registers: [this.registry],
      async collect() {
        this.reset();
        for (const { group, topic, lag } of await ask().catch(() => [])) this.set({ group, topic }, lag);
      },
    });
  }

  /** Counts what is accepted thousands of times a second: added up here, and told when Prometheus asks. */
  tally(labels: Tally['labels']): Tally {
    const tally = { labels, count: 0 };
    this.tallies.push(tally);
    return tally;
  }

  private handOver(): void {
    for (const tally of this.tallies) {
      this.accepted.inc(tally.labels, tally.count);
      tally.count = 0;
    }
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
